import { defineOperation } from '../http/operation.ts'
import { ServicePost } from '../resources/service.ts'

export const postService = defineOperation({
  operationId: 'POST_service',
  method: 'post',
  path: '/service',
  tag: 'Service',
  scopes: ['tams-api/admin'],
  summary: 'Change the service’s name or description',
  body: ServicePost,
  bodyExamples: { 'A name': { name: 'Studio 3' } },
  responses: {
    200: { description: 'Changed.' },
    400: { description: 'The body is not a change to the service.' },
    403: { description: 'The caller may not change the service.' },
  },
})
