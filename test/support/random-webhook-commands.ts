import fc from 'fast-check'
import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { WebhookCommand } from '../../domain/webhook/webhook.ts'
import type { CommandHarness } from './command-harness.ts'

type Settings = Omit<WebhookSettings, 'id'>

const settings: fc.Arbitrary<Settings> = fc
  .record({
    url: fc.constantFrom('https://a/', 'https://b/'),
    events: fc.constantFrom<Settings['events']>([], ['flows/created']),
    key: fc.constantFrom<Pick<Settings, 'api_key_name' | 'sealed_api_key'>>(
      {},
      { api_key_name: 'X-Key' },
      { api_key_name: 'X-Key', sealed_api_key: 'v1.sealed' },
    ),
    tags: fc.constantFrom<Pick<Settings, 'tags'>>({}, { tags: { site: ['x', 'ü'] } }),
    reader: fc.constantFrom<Pick<Settings, 'reader'>>(
      {},
      { reader: { groups: ['news'], classes: ['archive', 'news'] } },
      { reader: { groups: ['sport'], classes: ['archive', 'sport'] } },
    ),
  })
  .map(({ key, tags, reader, ...said }) => ({ ...said, ...key, ...tags, ...reader }))

const asked = fc.record({ said: settings, status: fc.constantFrom('created' as const, 'disabled' as const) })

const commandOn = (id: string): fc.Arbitrary<WebhookCommand> =>
  fc.oneof(
    asked.map(({ said, status }) => ({
      type: 'RegisterWebhook' as const,
      webhook: { id, ...said },
      status,
    })),
    asked.map(({ said, status }) => ({ type: 'UpdateWebhook' as const, webhook: { id, ...said }, status })),
    fc.constant({ type: 'DeleteWebhook' as const }),
    fc.constant({ type: 'StartWebhook' as const }),
    fc.constant({ type: 'ReplayWebhook' as const, after: 0 }),
    fc.constant({
      type: 'FailWebhook' as const,
      error: { type: 'gone', summary: 'it answered 410', time: '2026-11-21T00:00:00.000Z' },
    }),
  )

type RandomCommand = (harness: CommandHarness) => Promise<unknown>

/** Something a client, or whoever delivers events, does to one of two webhooks. */
export const randomWebhookCommand: fc.Arbitrary<RandomCommand> = fc
  .constantFrom('hook', 'other hook')
  .chain((id) => commandOn(id).map((command) => (harness) => harness.webhook(id, command)))

export const webhookPrologue: readonly RandomCommand[] = [
  ({ webhook }) =>
    webhook('hook', {
      type: 'RegisterWebhook',
      webhook: { id: 'hook', url: 'https://a/', events: ['flows/created'] },
      status: 'created',
    }),
  ({ webhook }) => webhook('hook', { type: 'StartWebhook' }),
  ({ webhook }) => webhook('hook', { type: 'ReplayWebhook', after: 0 }),
]
