import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { DeletionRequest } from '../resources/deletion-request.ts'
import { invalidQuery } from './common-responses.ts'
import { reverseOrder, SORT_BY } from './list-order.ts'

export const getFlowDeleteRequests = defineOperation({
  operationId: 'GET_flow-delete-requests',
  method: 'get',
  path: '/flow-delete-requests',
  tag: 'FlowDeleteRequests',
  scopes: ['tams-api/admin'],
  summary: 'List deletion requests',
  description: 'Those under way, and those that are over and have not expired.',
  query: {
    sort_by: z.enum(['created', 'expiry']).default('created').describe(SORT_BY),
    reverse_order: reverseOrder,
    ...pagingQuery,
  },
  responses: {
    200: { description: 'A page of them.', body: z.array(DeletionRequest), headers: listHeaders },
    400: invalidQuery,
  },
})
