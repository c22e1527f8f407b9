import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'

export const getOpenapi = defineOperation({
  operationId: 'GET_openapi',
  method: 'get',
  path: '/openapi.json',
  tag: 'Operation',
  summary: 'Give this document',
  isExtension: true,
  responses: { 200: { description: 'OpenAPI 3.1.', body: z.record(z.string(), z.unknown()) } },
})
