import type { WebhookRejection } from '../../../domain/webhook/webhook.ts'
import { accessTellings } from '../access/access-rejections.ts'
import type { Tellings } from '../http/telling.ts'

export const webhookTellings: Tellings<WebhookRejection> = {
  webhook_exists: { status: 400, summary: () => 'there is a webhook of this id already' },
  webhook_not_found: { status: 404, summary: () => 'there is no such webhook' },
  webhook_in_error: {
    status: 400,
    summary: () => 'status: a webhook in error can be set going again (created) or deleted, not disabled',
  },
  webhook_stopped: { status: 400, summary: ({ status }) => `the webhook is not to send: it is ${status}` },
  ...accessTellings,
}
