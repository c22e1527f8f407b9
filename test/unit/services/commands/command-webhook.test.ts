import { describe, expect, it } from 'vitest'
import { withTwoHarnesses } from '../../../support/with-harness.ts'

const webhook = { id: 'hook', url: 'https://a/', events: [] }
const error = { type: 'gone', summary: 'it answered 410', time: '2026-11-21T00:00:00.000Z' }

describe('a webhook that two processes work on', () => {
  it('is not started by one that has not heard that a client stopped it', async () => {
    await withTwoHarnesses(async (api, delivery) => {
      await api.webhook('hook', { type: 'RegisterWebhook', webhook, status: 'created' })
      expect(await delivery.webhook('hook', { type: 'StartWebhook' })).toStrictEqual({ done: true })
      await api.webhook('hook', { type: 'UpdateWebhook', webhook, status: 'disabled' })
      const refused = { refused: { reason: 'webhook_stopped', status: 'disabled' } }
      expect(await delivery.webhook('hook', { type: 'StartWebhook' })).toStrictEqual(refused)
      expect(await delivery.webhook('hook', { type: 'FailWebhook', error })).toStrictEqual(refused)
    })
  })

  it('is stopped or fails, whichever comes first, and never both ways at once', async () => {
    const model = await withTwoHarnesses(async (api, delivery) => {
      await api.webhook('hook', { type: 'RegisterWebhook', webhook, status: 'created' })
      const [stopped, failed] = await Promise.all([
        api.webhook('hook', { type: 'UpdateWebhook', webhook, status: 'disabled' }),
        delivery.webhook('hook', { type: 'FailWebhook', error }),
      ])
      expect([stopped, failed].filter((outcome) => 'refused' in outcome)).toHaveLength(1)
    })
    expect(['disabled', 'error']).toContain(model.webhooks.get('hook')?.status)
  })

  it('shows in both catalogs', async () => {
    await withTwoHarnesses(async (api, delivery) => {
      await api.webhook('hook', { type: 'RegisterWebhook', webhook, status: 'created' })
      await delivery.webhook('hook', { type: 'FailWebhook', error })
      for (const { catchUp, catalog } of [api, delivery]) {
        await catchUp()
        expect(catalog.reader.webhook('hook')).toMatchObject({
          status: 'error',
          error: JSON.stringify(error),
        })
      }
    })
  })
})
