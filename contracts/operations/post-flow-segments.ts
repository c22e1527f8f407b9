import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { FailedSegments, FlowSegment, FlowSegmentForm, FlowSegmentsPost } from '../resources/flow-segment.ts'
import { noSuchFlow, readOnlyFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'

export const postFlowSegments = defineOperation({
  operationId: 'POST_flows-flowId-segments',
  method: 'post',
  path: '/flows/{flowId}/segments',
  tag: 'FlowSegments',
  summary: 'Register Flow Segments',
  description:
    'One, or a list of which each stands or falls by itself. Flow Segments of a Flow never overlap; they may ' +
    'touch. A new object can be used by the Flow it was allocated for, one in use by any. As a form, one Flow ' +
    'Segment comes with its media: both are there afterwards, or neither is.',
  params: flowParams,
  // A list of thousands is the hottest body there is, and a compiled schema reads it five times faster.
  body: z.compile(FlowSegmentsPost),
  formBody: FlowSegmentForm,
  bodyExamples: {
    One: { object_id: '2026/11/21/camera-1-0000', timerange: '[0:0_10:0)' },
    'A list, of fragmented MP4': [
      {
        object_id: '2026/11/21/camera-1-0001',
        init_object_id: '2026/11/21/camera-1-init',
        timerange: '[1763683200:0_1763683210:0)',
        ts_offset: '1763683200:0',
        key_frame_count: 5,
      },
      {
        object_id: '2026/11/21/camera-1-0002',
        timerange: '[1763683210:0_1763683220:0)',
        ts_offset: '1763683200:0',
      },
    ],
  },
  responses: {
    200: { description: 'Some of the list were refused; the others are registered.', body: FailedSegments },
    201: {
      description: 'All are registered. The answer to a form is the Flow Segment.',
      bodyOfForm: FlowSegment,
    },
    400: { description: 'The body is wrong, the Flow Segment was refused, or the Flow has no container.' },
    403: readOnlyFlow,
    404: noSuchFlow,
  },
})
