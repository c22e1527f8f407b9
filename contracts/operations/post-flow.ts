import { defineOperation } from '../http/operation.ts'
import { DATA } from '../resources/content-format.ts'
import { Flow } from '../resources/flow.ts'
import { FlowPost } from '../resources/flow-post.ts'
import { locationOf } from './location-header.ts'

export const postFlow = defineOperation({
  operationId: 'POST_flows',
  method: 'post',
  path: '/flows',
  tag: 'Flows',
  summary: 'Create a Flow',
  description: 'As PUT does, but never replaces one, and makes an id where none is given.',
  isExtension: true,
  body: FlowPost,
  bodyExamples: {
    'A data Flow': {
      source_id: '3d4f0c8e-5a57-4b8e-9f0a-6f5c1e2d7b90',
      label: 'Subtitles',
      format: DATA,
      codec: 'text/vtt',
      container: 'text/vtt',
      essence_parameters: {},
    },
  },
  responses: {
    201: { description: 'Created.', body: Flow, headers: locationOf('Flow') },
    400: { description: 'The body is not a Flow, or not one that can be here.' },
    409: { description: 'A Flow has this id.' },
  },
})
