import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { ANY_SCOPE } from '../http/scope.ts'
import { StorageBackend } from '../resources/storage-backend.ts'
import { invalidQuery } from './common-responses.ts'
import { reverseOrder } from './list-order.ts'
import { tagFilters } from './tag-filters.ts'

export const getStorageBackends = defineOperation({
  operationId: 'GET_storage-backends',
  method: 'get',
  path: '/service/storage-backends',
  tag: 'Service',
  scopes: ANY_SCOPE,
  summary: 'List the Storage Backends',
  description: 'By label, A to Z; then those without a label, by id.',
  query: { reverse_order: reverseOrder, ...pagingQuery },
  queryPatterns: tagFilters('', 'Only Storage Backends'),
  responses: {
    200: { description: 'A page of them.', body: z.array(StorageBackend), headers: listHeaders },
    400: invalidQuery,
  },
})
