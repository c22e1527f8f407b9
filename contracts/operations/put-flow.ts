import { defineOperation } from '../http/operation.ts'
import { MULTI, VIDEO } from '../resources/content-format.ts'
import { Flow } from '../resources/flow.ts'
import { FlowPut } from '../resources/flow-put.ts'
import { readOnlyFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'

export const putFlow = defineOperation({
  operationId: 'PUT_flows-flowId',
  method: 'put',
  path: '/flows/{flowId}',
  tag: 'Flows',
  summary: 'Create or replace a Flow',
  description:
    'Replaces all metadata: what the body leaves out is unset. The Flow Segments stay. Its Source comes into ' +
    'being with its first Flow, and all Flows of a Source have one format.',
  params: flowParams,
  body: FlowPut,
  bodyExamples: {
    'A video Flow': {
      id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10',
      source_id: '7f1de0a4-3b43-4f0e-8f0e-6d1d3a4c9b21',
      label: 'Camera 1',
      format: VIDEO,
      codec: 'video/h264',
      container: 'video/mp2t',
      essence_parameters: {
        frame_width: 1920,
        frame_height: 1080,
        frame_rate: { numerator: 25 },
        avc_parameters: { profile: 100, level: 40, flags: 0 },
      },
    },
    'A Flow that collects others': {
      id: '5c3a6f0e-93a1-4a39-8c0b-2b8d1f0e6a42',
      source_id: 'c2a1e7d4-58b6-4f6f-9d5e-0a7f3b1c8e53',
      format: MULTI,
      flow_collection: [{ id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10', role: 'video' }],
    },
  },
  responses: {
    201: { description: 'Created.', body: Flow },
    204: { description: 'Replaced.' },
    400: { description: 'The body is not a Flow, or not one that can be here.' },
    403: readOnlyFlow,
    404: { description: 'The id in the path can be no Flow’s.' },
  },
})
