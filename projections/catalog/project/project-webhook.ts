import type {
  WebhookEvent,
  WebhookRegistered,
  WebhookUpdated,
} from '../../../contracts/events/webhook-events.ts'
import type { RowChange } from '../row-change.ts'
import { type Projection, put } from './projection.ts'

export const webhookProjection: Projection<WebhookEvent['type']> = {
  WebhookRegistered: ({ data }) => [putWebhook(data)],
  WebhookUpdated: ({ data }) => [putWebhook(data)],
  WebhookDeleted: ({ data }) => [{ op: 'remove', table: 'webhooks', id: data.webhook_id }],
  WebhookStarted: ({ data }) => [put('webhooks', data.webhook_id, { status: 'started' })],
  WebhookFailed: ({ data }) => [
    put('webhooks', data.webhook_id, { status: 'error', error: JSON.stringify(data.error) }),
  ],
  WebhookReplayed: () => [],
}

/** No reader needs the key, not even sealed, nor whose permissions it has. */
function putWebhook({ webhook, status }: (WebhookRegistered | WebhookUpdated)['data']): RowChange {
  const { sealed_api_key: _, reader: __, ...document } = webhook
  return put('webhooks', webhook.id, {
    url: webhook.url,
    status,
    error: null,
    document: JSON.stringify(document),
  })
}
