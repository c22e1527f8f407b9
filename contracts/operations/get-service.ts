import { defineOperation } from '../http/operation.ts'
import { Service } from '../resources/service.ts'

export const getService = defineOperation({
  operationId: 'GET_service',
  method: 'get',
  path: '/service',
  tag: 'Service',
  summary: 'Describe the service',
  responses: { 200: { description: 'The service.', body: Service } },
})
