import { defineOperation } from '../http/operation.ts'
import { ObjectInstancePost } from '../resources/object-instance-post.ts'
import { noSuchObject } from './common-responses.ts'
import { objectParams } from './object-params.ts'

export const postObjectInstances = defineOperation({
  operationId: 'POST_objects-instances',
  method: 'post',
  path: '/objects/{objectId}/instances',
  tag: 'Objects',
  summary: 'Add an instance of an object',
  description:
    'Either a copy in another Storage Backend, which is listed once it is complete, or a URL outside this ' +
    'service. All instances are the same bytes. Init objects are copied only where that is asked for.',
  params: objectParams,
  body: ObjectInstancePost,
  bodyExamples: {
    'A copy': { storage_id: '60af2ab4-e8a5-4c65-a09b-d35983680315' },
    'A URL': { url: 'https://media.example.com/a.ts', label: 'archive' },
  },
  responses: {
    201: { description: 'The copy is to be made, or the URL is known.' },
    400: { description: 'The body is wrong, the object is there already, or the label is taken.' },
    403: { description: 'The caller may not change the object.' },
    404: noSuchObject,
  },
})
