import { defineOperation } from '../http/operation.ts'
import { Webhook } from '../resources/webhook.ts'
import { asOfHeaders, asOfQuery } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'
import { webhookParams } from './webhook-params.ts'
import { noSuchWebhook } from './webhook-responses.ts'

export const getWebhook = defineOperation({
  operationId: 'GET_webhooks-webhookId',
  method: 'get',
  path: '/service/webhooks/{webhookId}',
  tag: 'Webhooks',
  summary: 'Describe a webhook',
  params: webhookParams,
  query: asOfQuery,
  responses: {
    200: { description: 'The webhook.', body: Webhook, headers: asOfHeaders },
    400: invalidQuery,
    404: noSuchWebhook,
  },
})
