import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { listHeaders, pagingQuery } from '../http/paging.ts'
import { Webhook } from '../resources/webhook.ts'
import { invalidQuery } from './common-responses.ts'
import { reverseOrder } from './list-order.ts'
import { tagFilters } from './tag-filters.ts'
import { noWebhooks } from './webhook-responses.ts'

export const getWebhooks = defineOperation({
  operationId: 'GET_webhooks',
  method: 'get',
  path: '/service/webhooks',
  tag: 'Webhooks',
  summary: 'List webhooks',
  description: 'By URL, A to Z.',
  query: { reverse_order: reverseOrder, ...pagingQuery },
  queryPatterns: tagFilters('', 'Only webhooks'),
  responses: {
    200: { description: 'A page of them.', body: z.array(Webhook), headers: listHeaders },
    400: invalidQuery,
    404: noWebhooks,
  },
})
