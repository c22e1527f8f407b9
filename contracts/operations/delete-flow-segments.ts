import { defineOperation } from '../http/operation.ts'
import { ObjectId } from '../resources/object-id.ts'
import { TimeRangeText } from '../resources/time-text.ts'
import { invalidQuery, noSuchFlow, readOnlyFlow } from './common-responses.ts'
import { deletionAccepted } from './deletion-responses.ts'
import { flowParams } from './flow-params.ts'

export const deleteFlowSegments = defineOperation({
  operationId: 'DELETE_flows-flowId-segments',
  method: 'delete',
  path: '/flows/{flowId}/segments',
  tag: 'FlowSegments',
  summary: 'Delete Flow Segments',
  description: 'An object goes when no Flow Segment, of any Flow, uses it any more.',
  params: flowParams,
  query: {
    timerange: TimeRangeText.default('_').describe('Only Flow Segments that are wholly within it.'),
    object_id: ObjectId.describe('Only Flow Segments of this Media Object.').exactOptional(),
  },
  responses: {
    202: deletionAccepted,
    204: { description: 'Deleted.' },
    400: invalidQuery,
    403: readOnlyFlow,
    404: noSuchFlow,
  },
})
