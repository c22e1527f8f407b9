import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { OPEN } from '../http/scope.ts'

export const getAsyncapi = defineOperation({
  operationId: 'GET_asyncapi',
  method: 'get',
  path: '/asyncapi.json',
  tag: 'Operation',
  scopes: OPEN,
  summary: 'Say what webhooks and readers of the stream are told',
  isExtension: true,
  responses: { 200: { description: 'AsyncAPI 3.0.', body: z.record(z.string(), z.unknown()) } },
})
