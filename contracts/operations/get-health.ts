import { defineOperation } from '../http/operation.ts'
import { OPEN } from '../http/scope.ts'
import { Health } from '../resources/health.ts'

export const getHealth = defineOperation({
  operationId: 'GET_health',
  method: 'get',
  path: '/health',
  tag: 'Operation',
  scopes: OPEN,
  summary: 'Tell whether the service can do its work',
  isExtension: true,
  responses: {
    200: { description: 'It can, though maybe not reach all media.', body: Health },
    503: { description: 'It cannot, now.', body: Health },
  },
})
