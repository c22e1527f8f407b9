import { defineOperation } from '../http/operation.ts'
import { Webhook, WebhookPut } from '../resources/webhook.ts'
import { webhookParams } from './webhook-params.ts'
import { invalidWebhook, noSuchWebhook, notYourWebhook } from './webhook-responses.ts'

export const putWebhook = defineOperation({
  operationId: 'PUT_webhooks',
  method: 'put',
  path: '/service/webhooks/{webhookId}',
  tag: 'Webhooks',
  scopes: ['tams-api/read'],
  summary: 'Change a webhook',
  description:
    'Replaces all of it: what the body leaves out is unset. Only the key stays, if `api_key_name` is given and ' +
    '`api_key_value` is not. A webhook in error takes `created` alone, which clears the error.',
  params: webhookParams,
  body: WebhookPut,
  bodyExamples: {
    'A pause': {
      id: 'c8b7a3f4-52c9-4d5e-9b0a-1f4e6d7c8b90',
      url: 'https://hook.example.com/tams',
      api_key_name: 'Authorization',
      events: ['flows/created'],
      status: 'disabled',
    },
  },
  responses: {
    201: { description: 'Changed.', body: Webhook },
    400: invalidWebhook,
    403: notYourWebhook,
    404: noSuchWebhook,
  },
})
