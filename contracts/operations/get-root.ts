import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { ANY_SCOPE } from '../http/scope.ts'

export const getRoot = defineOperation({
  operationId: 'GET_root',
  method: 'get',
  path: '/',
  tag: 'Service',
  scopes: ANY_SCOPE,
  summary: 'List the top-level paths',
  responses: { 200: { description: 'Their names.', body: z.array(z.string()) } },
})
