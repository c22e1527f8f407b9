import type { DatabaseSyncInstance } from '@photostructure/sqlite'

export type WebhookRow = {
  readonly id: string
  /** The webhook as JSON text, without its status and its key. */
  readonly document: string
  readonly status: string
  /** Why it is in error, as JSON text. */
  readonly error: string | null
}

export type WebhookQueries = { webhook(id: string): WebhookRow | undefined }

export function webhookQueries(database: DatabaseSyncInstance): WebhookQueries {
  const webhook = database.prepare('SELECT * FROM webhooks WHERE id = ?')
  return { webhook: (id) => webhook.get(id) as WebhookRow | undefined }
}
