import { defineOperation } from '../http/operation.ts'
import { noSuchFlow, readOnlyFlow } from './common-responses.ts'
import { deletionAccepted } from './deletion-responses.ts'
import { flowParams } from './flow-params.ts'

export const deleteFlow = defineOperation({
  operationId: 'DELETE_flows-flowId',
  method: 'delete',
  path: '/flows/{flowId}',
  tag: 'Flows',
  summary: 'Delete a Flow and its Flow Segments',
  description:
    'The Flow is gone at once. An object goes when nothing else uses it. Where the service holds deletions back, the ' +
    'answer is 202, and the Flow can be restored until its `held_until`.',
  params: flowParams,
  responses: {
    202: deletionAccepted,
    204: { description: 'Deleted.' },
    403: readOnlyFlow,
    404: noSuchFlow,
  },
})
