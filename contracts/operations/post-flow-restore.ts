import { defineOperation } from '../http/operation.ts'
import { Flow } from '../resources/flow.ts'
import { flowParams } from './flow-params.ts'

export const postFlowRestore = defineOperation({
  operationId: 'POST_flows-flowId-restore',
  method: 'post',
  path: '/flows/{flowId}/restore',
  tag: 'Flows',
  summary: 'Have a deleted Flow back',
  description:
    'As it was, with its Flow Segments, its Source and its places in the collections of others, until its deletion ' +
    'request’s `held_until`. What others changed since then stays changed.',
  isExtension: true,
  params: flowParams,
  responses: {
    200: { description: 'It is there again.', body: Flow },
    400: { description: 'Its Source has become one of another format.' },
    404: { description: 'There never was such a Flow.' },
    409: { description: 'It is there, or it was deleted for good.' },
  },
})
