import { defineOperation } from '../http/operation.ts'
import { Webhook, WebhookPost } from '../resources/webhook.ts'
import { invalidWebhook, noWebhooks } from './webhook-responses.ts'

export const postWebhooks = defineOperation({
  operationId: 'POST_webhooks',
  method: 'post',
  path: '/service/webhooks',
  tag: 'Webhooks',
  summary: 'Register a webhook',
  description:
    'Events are posted to its URL, in order, with the key in the header that `api_key_name` names: a receiver ' +
    'knows by it who is calling.',
  body: WebhookPost,
  bodyExamples: {
    'All that happens to Flows': {
      url: 'https://hook.example.com/tams',
      api_key_name: 'Authorization',
      api_key_value: 'Bearer the-receiver-made-this-up',
      events: ['flows/created', 'flows/updated', 'flows/deleted'],
      status: 'created',
    },
    'New media of one Flow, in one place': {
      url: 'https://hook.example.com/tams',
      events: ['flows/segments_added'],
      flow_ids: ['0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'],
      accept_get_urls: ['local'],
      status: 'created',
    },
  },
  responses: {
    201: { description: 'Registered.', body: Webhook },
    400: invalidWebhook,
    404: noWebhooks,
  },
})
