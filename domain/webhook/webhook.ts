import type { WebhookEvent, WebhookReader, WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { ErrorBody } from '../../contracts/resources/error.ts'
import type { AskedWebhookStatus, WebhookStatus } from '../../contracts/resources/webhook.ts'
import type { AccessRejection } from '../access/access.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { sameJson } from '../flow/same-json.ts'

export type WebhookState =
  | { readonly status: 'absent' }
  | { readonly status: WebhookStatus; readonly webhook: WebhookSettings }

export type WebhookCommand =
  | {
      readonly type: 'RegisterWebhook'
      readonly webhook: WebhookSettings
      readonly status: AskedWebhookStatus
    }
  /** Without a key in `webhook`, the one it has stays, as long as there is a header for it. */
  | { readonly type: 'UpdateWebhook'; readonly webhook: WebhookSettings; readonly status: AskedWebhookStatus }
  | { readonly type: 'DeleteWebhook' }
  /** Whoever delivers its events has begun to. */
  | { readonly type: 'StartWebhook' }
  /** Whoever delivers its events has given up. */
  | { readonly type: 'FailWebhook'; readonly error: ErrorBody }
  /** Tell it again of what came after a position of the log. */
  | { readonly type: 'ReplayWebhook'; readonly after: number }

export type WebhookRejection =
  | { readonly reason: 'webhook_exists' }
  | { readonly reason: 'webhook_not_found' }
  /** A client may only set it going again. */
  | { readonly reason: 'webhook_in_error' }
  /** It was stopped meanwhile: nothing starts, fails or is told again. */
  | { readonly reason: 'webhook_stopped'; readonly status: WebhookStatus }
  | AccessRejection

/**
 * A webhook is `created`, then `started` by whoever delivers, until a client makes it `disabled` or delivery
 * ends in `error`. A client's `created` begins anew, from any of these.
 * @see TAMS webhook-get.json; ADR 0026, 0037
 */
export function decideWebhook(
  command: WebhookCommand,
  state: WebhookState,
): Decision<WebhookEvent, WebhookRejection> {
  if (command.type === 'RegisterWebhook') {
    if (state.status !== 'absent') return reject({ reason: 'webhook_exists' })
    return accept({ type: 'WebhookRegistered', data: { webhook: command.webhook, status: command.status } })
  }
  if (state.status === 'absent') return reject({ reason: 'webhook_not_found' })
  const webhook_id = state.webhook.id
  switch (command.type) {
    case 'UpdateWebhook':
      return update(command, state)
    case 'DeleteWebhook':
      return accept({ type: 'WebhookDeleted', data: { webhook_id } })
    case 'StartWebhook':
      if (state.status === 'started') return accept()
      if (state.status !== 'created') return reject({ reason: 'webhook_stopped', status: state.status })
      return accept({ type: 'WebhookStarted', data: { webhook_id } })
    case 'FailWebhook':
      if (isStopped(state.status)) return reject({ reason: 'webhook_stopped', status: state.status })
      return accept({ type: 'WebhookFailed', data: { webhook_id, error: command.error } })
    case 'ReplayWebhook':
      if (isStopped(state.status)) return reject({ reason: 'webhook_stopped', status: state.status })
      return accept({ type: 'WebhookReplayed', data: { webhook_id, after: command.after } })
  }
}

export const webhookAggregate: Aggregate<WebhookState, WebhookEvent> = {
  initial: { status: 'absent' },
  evolve: (state, event) => {
    if (event.type === 'WebhookRegistered') return { ...event.data }
    if (state.status === 'absent') {
      throw new Error(`${event.type} before WebhookRegistered: the stream is corrupt`)
    }
    switch (event.type) {
      case 'WebhookUpdated':
        return { ...event.data }
      case 'WebhookDeleted':
        return { status: 'absent' }
      case 'WebhookStarted':
        return { ...state, status: 'started' }
      case 'WebhookFailed':
        return { ...state, status: 'error' }
      case 'WebhookReplayed':
        return state
    }
  },
}

const isStopped = (status: WebhookStatus): boolean => status === 'disabled' || status === 'error'

function update(
  { webhook: asked, status }: Extract<WebhookCommand, { type: 'UpdateWebhook' }>,
  state: Exclude<WebhookState, { status: 'absent' }>,
): Decision<WebhookEvent, WebhookRejection> {
  if (state.status === 'error' && status === 'disabled') return reject({ reason: 'webhook_in_error' })
  const webhook = withReader(withKey(asked, state.webhook), state.webhook)
  if (state.status === status && sameJson(webhook, state.webhook)) return accept()
  return accept({ type: 'WebhookUpdated', data: { webhook, status } })
}

function withKey(asked: WebhookSettings, before: WebhookSettings): WebhookSettings {
  const isKept = asked.api_key_name !== undefined && asked.sealed_api_key === undefined
  if (!isKept || before.sealed_api_key === undefined) return asked
  return { ...asked, sealed_api_key: before.sealed_api_key }
}

/** Whoever changes where a webhook leads must not be told there of more than both it and its maker may read. */
function withReader(asked: WebhookSettings, before: WebhookSettings): WebhookSettings {
  const reader = narrowed(asked.reader, before.reader)
  return reader ? { ...asked, reader } : asked
}

function narrowed(
  asked: WebhookReader | undefined,
  before: WebhookReader | undefined,
): WebhookReader | undefined {
  if (!asked || !before) return asked ?? before
  return { ...asked, classes: asked.classes.filter((name) => before.classes.includes(name)) }
}
