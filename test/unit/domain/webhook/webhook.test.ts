import { describe, expect, it } from 'vitest'
import type { WebhookEvent, WebhookSettings } from '../../../../contracts/events/webhook-events.ts'
import type { AskedWebhookStatus } from '../../../../contracts/resources/webhook.ts'
import { fold } from '../../../../domain/decision.ts'
import { decideWebhook, type WebhookCommand, webhookAggregate } from '../../../../domain/webhook/webhook.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideWebhook, aggregate: webhookAggregate })

const hook: WebhookSettings = { id: 'hook', url: 'https://a/', events: ['flows/created'] }
const keyed: WebhookSettings = { ...hook, api_key_name: 'X-Key', sealed_api_key: 'v1.sealed' }
const gone = { type: 'gone', summary: 'it answered 410', time: '2026-11-21T00:00:00.000Z' }

const register = (webhook = hook, status: AskedWebhookStatus = 'created'): WebhookCommand => ({
  type: 'RegisterWebhook',
  webhook,
  status,
})
const update = (webhook = hook, status: AskedWebhookStatus = 'created'): WebhookCommand => ({
  type: 'UpdateWebhook',
  webhook,
  status,
})
const start: WebhookCommand = { type: 'StartWebhook' }
const fail: WebhookCommand = { type: 'FailWebhook', error: gone }
const remove: WebhookCommand = { type: 'DeleteWebhook' }

const registered = (webhook = hook, status: AskedWebhookStatus = 'created'): WebhookEvent => ({
  type: 'WebhookRegistered',
  data: { webhook, status },
})
const updated = (webhook = hook, status: AskedWebhookStatus = 'created'): WebhookEvent => ({
  type: 'WebhookUpdated',
  data: { webhook, status },
})
const started: WebhookEvent = { type: 'WebhookStarted', data: { webhook_id: 'hook' } }
const failed: WebhookEvent = { type: 'WebhookFailed', data: { webhook_id: 'hook', error: gone } }
const replay: WebhookCommand = { type: 'ReplayWebhook', after: 7 }
const replayed: WebhookEvent = { type: 'WebhookReplayed', data: { webhook_id: 'hook', after: 7 } }
const deleted: WebhookEvent = { type: 'WebhookDeleted', data: { webhook_id: 'hook' } }

/** How a webhook comes to each status. */
const histories = {
  created: [registered()],
  started: [registered(), started],
  disabled: [registered(hook, 'disabled')],
  error: [registered(), started, failed],
} satisfies Record<string, readonly WebhookEvent[]>

describe('a webhook', () => {
  it.each(['created', 'disabled'] as const)('is registered as %s', (status) =>
    given().when(register(keyed, status)).thenEvents(registered(keyed, status)),
  )

  it('is registered once', () =>
    given(...histories.started)
      .when(register())
      .thenRejected({ reason: 'webhook_exists' }))

  it.each([
    ['never was', []],
    ['is deleted', [registered(), deleted]],
  ] as const)('that %s is not there for anything', (_, history) => {
    for (const command of [update(), start, fail, replay, remove]) {
      given(...history)
        .when(command)
        .thenRejected({ reason: 'webhook_not_found' })
    }
  })

  it.each(Object.values(histories))('is deleted from any status', (...history) =>
    given(...history)
      .when(remove)
      .thenEvents(deleted),
  )
})

describe('the status of a webhook', () => {
  it.each(['started', 'disabled', 'error'] as const)('is created again for a client, from %s', (before) =>
    given(...histories[before])
      .when(update())
      .thenEvents(updated()),
  )

  it.each(['created', 'started'] as const)('is disabled for a client, from %s', (before) =>
    given(...histories[before])
      .when(update(hook, 'disabled'))
      .thenEvents(updated(hook, 'disabled')),
  )

  it('is not disabled from error', () =>
    given(...histories.error)
      .when(update(hook, 'disabled'))
      .thenRejected({ reason: 'webhook_in_error' }))

  it('is created where an error was cleared, and may then be disabled', () =>
    given(...histories.error, updated())
      .when(update(hook, 'disabled'))
      .thenEvents(updated(hook, 'disabled')))

  it('is started once by whoever delivers', () => {
    given(...histories.created)
      .when(start)
      .thenEvents(started)
    given(...histories.started)
      .when(start)
      .thenEvents()
  })

  it.each(['created', 'started'] as const)('is error where delivery fails, from %s', (before) =>
    given(...histories[before])
      .when(fail)
      .thenEvents(failed),
  )

  it.each(['created', 'started'] as const)('stays as it is where it is told again, from %s', (before) =>
    given(...histories[before])
      .when(replay)
      .thenEvents(replayed),
  )

  it.each(['disabled', 'error'] as const)('neither starts nor fails nor is told again from %s', (status) => {
    for (const command of [start, fail, replay]) {
      given(...histories[status])
        .when(command)
        .thenRejected({ reason: 'webhook_stopped', status })
    }
  })
})

describe('changing a webhook', () => {
  it('replaces what it says', () => {
    const other: WebhookSettings = { id: 'hook', url: 'https://b/', events: [], flow_ids: [] }
    given(registered({ ...hook, presigned: true, tags: { a: 'b' } }))
      .when(update(other))
      .thenEvents(updated(other))
  })

  it('has nothing to do where it says nothing new', () => {
    given(registered(keyed))
      .when(update({ ...hook, api_key_name: 'X-Key' }))
      .thenEvents()
    given(registered(hook, 'disabled'))
      .when(update({ ...hook }, 'disabled'))
      .thenEvents()
  })

  it('keeps the key while there is a header for it', () => {
    const renamed: WebhookSettings = { ...hook, api_key_name: 'X-Other' }
    given(registered(keyed))
      .when(update(renamed))
      .thenEvents(updated({ ...renamed, sealed_api_key: 'v1.sealed' }))
  })

  it('is told for both who made it and who changed it, and never for more', () => {
    const readBy = (groups: string[], ...classes: string[]) => ({ ...hook, reader: { groups, classes } })
    const news = readBy(['news'], 'archive', 'news')
    // By someone who may read everything: it stays as it was.
    given(registered(news))
      .when(update({ ...hook, url: 'https://b/' }))
      .thenEvents(updated({ ...news, url: 'https://b/' }))
    given(registered(hook)).when(update(news)).thenEvents(updated(news))
    given(registered(news))
      .when(update(readBy(['sport'], 'archive', 'sport')))
      .thenEvents(updated(readBy(['sport'], 'archive')))
  })

  it('takes another key', () => {
    const rekeyed: WebhookSettings = { ...keyed, sealed_api_key: 'v1.other' }
    given(registered(keyed)).when(update(rekeyed)).thenEvents(updated(rekeyed))
  })

  it('loses the key with its header, for good', () => {
    given(registered(keyed)).when(update(hook)).thenEvents(updated(hook))
    given(registered(keyed), updated(hook))
      .when(update({ ...hook, api_key_name: 'X-Key' }))
      .thenEvents(updated({ ...hook, api_key_name: 'X-Key' }))
  })
})

describe('a stream that no decision could have written', () => {
  it.each([[started], [registered(), deleted, failed], [updated()]])('is not read further', (...history) =>
    expect(() => fold(webhookAggregate, webhookAggregate.initial, history)).toThrow('corrupt'),
  )
})
