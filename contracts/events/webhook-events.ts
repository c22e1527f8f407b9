import type { ErrorBody } from '../resources/error.ts'
import type { AskedWebhookStatus, Webhook } from '../resources/webhook.ts'

/** Who a webhook is told for. */
export type WebhookReader = {
  /** The groups of whoever wrote it last: what they may not read any more, it is not told of. */
  readonly groups: readonly string[]
  /** The classes that all who have written it could read when they did. */
  readonly classes: readonly string[]
}

/** What a client says of a webhook, but for its status. */
export type WebhookSettings = Omit<Webhook, 'status' | 'error'> & {
  /** The key's value, sealed for this webhook under SECRET_KEY: there is no copy in clear. */
  readonly sealed_api_key?: string
  /** None where whoever made it may read everything. */
  readonly reader?: WebhookReader
}

export type WebhookRegistered = {
  readonly type: 'WebhookRegistered'
  readonly data: { readonly webhook: WebhookSettings; readonly status: AskedWebhookStatus }
}

/** Carries all settings; the status is the webhook's from here on, and an earlier error is over. */
export type WebhookUpdated = {
  readonly type: 'WebhookUpdated'
  readonly data: { readonly webhook: WebhookSettings; readonly status: AskedWebhookStatus }
}

export type WebhookDeleted = {
  readonly type: 'WebhookDeleted'
  readonly data: { readonly webhook_id: string }
}

/** Events are being sent to it. */
export type WebhookStarted = {
  readonly type: 'WebhookStarted'
  readonly data: { readonly webhook_id: string }
}

/** The service gave up on it, for the reason its readers are told. */
export type WebhookFailed = {
  readonly type: 'WebhookFailed'
  readonly data: { readonly webhook_id: string; readonly error: ErrorBody }
}

/** It is told again of everything that came after a position of the log. */
export type WebhookReplayed = {
  readonly type: 'WebhookReplayed'
  readonly data: { readonly webhook_id: string; readonly after: number }
}

/** Stream `webhook-<webhook id>`. */
export type WebhookEvent =
  | WebhookRegistered
  | WebhookUpdated
  | WebhookDeleted
  | WebhookStarted
  | WebhookFailed
  | WebhookReplayed
