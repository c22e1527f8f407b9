import { defineOperation } from '../http/operation.ts'
import { DeletionRequestPost } from '../resources/deletion-request.ts'
import { noSuchFlow, readOnlyFlow } from './common-responses.ts'
import { deletionAccepted } from './deletion-responses.ts'

export const postFlowDeleteRequests = defineOperation({
  operationId: 'POST_flow-delete-requests',
  method: 'post',
  path: '/flow-delete-requests',
  tag: 'FlowDeleteRequests',
  scopes: ['tams-api/delete'],
  summary: 'Ask for a deletion without waiting for it',
  description:
    'What DELETE of a Flow or of its Flow Segments does, whatever its size, as a request to watch. It also ' +
    'goes on with the deletion of a Flow that failed, and, with `held: false`, with one that is held back.',
  isExtension: true,
  body: DeletionRequestPost,
  bodyExamples: {
    'An hour of a Flow': {
      flow_id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10',
      timerange: '[1694429247:0_1694432847:0)',
    },
    'A Flow': { flow_id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10', delete_flow: true },
    'A Flow, for good': { flow_id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10', delete_flow: true, held: false },
  },
  responses: {
    202: deletionAccepted,
    400: { description: 'The body is not a deletion request.' },
    403: readOnlyFlow,
    404: noSuchFlow,
  },
})
