import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { OPEN } from '../http/scope.ts'

export const getOpenapi = defineOperation({
  operationId: 'GET_openapi',
  method: 'get',
  path: '/openapi.json',
  tag: 'Operation',
  scopes: OPEN,
  summary: 'Give this document',
  isExtension: true,
  responses: { 200: { description: 'OpenAPI 3.1.', body: z.record(z.string(), z.unknown()) } },
})
