import { defineOperation } from '../http/operation.ts'
import { ANY_SCOPE } from '../http/scope.ts'
import { Service } from '../resources/service.ts'

export const getService = defineOperation({
  operationId: 'GET_service',
  method: 'get',
  path: '/service',
  tag: 'Service',
  scopes: ANY_SCOPE,
  summary: 'Describe the service',
  responses: { 200: { description: 'The service.', body: Service } },
})
