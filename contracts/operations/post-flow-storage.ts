import { defineOperation } from '../http/operation.ts'
import { FlowStorage, FlowStoragePost } from '../resources/flow-storage.ts'
import { noSuchFlow, readOnlyFlow } from './common-responses.ts'
import { flowParams } from './flow-params.ts'

export const postFlowStorage = defineOperation({
  operationId: 'POST_flows-flowId-storage',
  method: 'post',
  path: '/flows/{flowId}/storage',
  tag: 'MediaStorage',
  summary: 'Allocate storage for objects',
  description:
    'Gives a URL to upload each object to. Register it with a Flow Segment of this Flow once uploaded; ' +
    'objects that are not registered within `min_object_timeout` are removed.',
  params: flowParams,
  body: FlowStoragePost.prefault({}),
  bodyExamples: {
    'Ten objects': { limit: 10 },
    'Objects under ids of one’s own': {
      object_ids: ['2026/11/21/camera-1-0001', '2026/11/21/camera-1-0002'],
    },
    'An init object': { object_ids: ['2026/11/21/camera-1-init'], content_type: 'video/mp4' },
  },
  responses: {
    201: { description: 'Where to upload.', body: FlowStorage },
    400: { description: 'The body is wrong, an object id is taken, or the Flow has no container.' },
    403: readOnlyFlow,
    404: noSuchFlow,
  },
})
