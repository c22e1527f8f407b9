import { defineOperation } from '../http/operation.ts'
import { DeletionRequest } from '../resources/deletion-request.ts'
import { Uuid } from '../resources/uuid.ts'

export const getFlowDeleteRequest = defineOperation({
  operationId: 'GET_flow-delete-requests-request-id',
  method: 'get',
  path: '/flow-delete-requests/{request-id}',
  tag: 'FlowDeleteRequests',
  scopes: ['tams-api/delete'],
  summary: 'Describe a deletion request',
  params: { 'request-id': Uuid.describe('The deletion request.') },
  responses: {
    200: { description: 'How far it has come.', body: DeletionRequest },
    404: { description: 'There is no such deletion request, or it has expired.' },
  },
})
