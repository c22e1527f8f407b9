import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { WebhookSettings } from '../../../../contracts/events/webhook-events.ts'
import { openEventIndex } from '../../../../services/public-events/event-index.ts'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import type { Attempt } from '../../../../services/webhooks/deliveries.ts'
import { openDeliveryStore } from '../../../../services/webhooks/delivery-store.ts'
import { startWebhookService } from '../../../../services/webhooks/webhook-service.ts'
import { type CommandHarness, openCommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withFolder } from '../../../support/running-service.ts'
import { until } from '../../../support/webhook-receiver.ts'

const ACCEPTED: Attempt = { ok: true, next: undefined }
const REFUSED: Attempt = { ok: false, reason: 'it answered 503' }
const TOLD = ['flows/created', 'flows/updated'] as const

/** A receiver for each webhook: says what becomes of an attempt, and has what was acknowledged. */
type Receivers = {
  reply: (webhook_id: string, event: PublicEvent) => Attempt | Promise<Attempt>
  readonly acknowledged: Map<string, number[]>
}

const receivers = (): Receivers => ({ reply: () => ACCEPTED, acknowledged: new Map() })

/** Delivers from a folder's log, to these receivers. */
async function deliver(
  folder: string,
  { log, webhook }: CommandHarness,
  at: Receivers,
  retry = { firstMs: 5, maxMs: 20, forMs: 60_000 },
) {
  const index = await openEventIndex(join(folder, 'public-events.db'), log)
  const store = openDeliveryStore(join(folder, 'webhooks.db'))
  const service = await startWebhookService({
    log,
    index,
    store,
    attempt: async ({ id }, event) => {
      const attempt = await at.reply(id, event)
      if (attempt.ok) at.acknowledged.set(id, [...(at.acknowledged.get(id) ?? []), event.position])
      return attempt
    },
    command: async (id, command) => {
      await webhook(id, command)
    },
    retry,
    logger: pino({ level: 'silent' }),
    now: Date.now,
  })
  return {
    service,
    stop: async () => {
      await service.stop()
      store.close()
      index.close()
    },
  }
}

async function register({ webhook }: CommandHarness, more: Partial<WebhookSettings> = {}): Promise<string> {
  const id = randomUUID()
  const settings = { id, url: 'https://hook.example.com/', events: [...TOLD], ...more }
  await webhook(id, { type: 'RegisterWebhook', webhook: settings, status: 'created' })
  return id
}

const FLOWS = 10

/** @param count a multiple of ten: so many flows are written at a time */
const writeFlows = async ({ putFlow }: CommandHarness, count: number, label: string) => {
  const ids = Array.from({ length: FLOWS }, (_, n) => `flow-${n}`)
  for (let round = 0; round < count / FLOWS; round++) {
    await Promise.all(ids.map((id) => putFlow(videoFlow(id, `of ${id}`, { label: `${label} ${round}` }))))
  }
}

/** The positions of all that a webhook is to be told, after one. */
const positionsAfter = async ({ log }: CommandHarness, position: number) =>
  (await wholeLog(log)).flatMap((event) =>
    event.position > position && (event.type === 'FlowCreated' || event.type === 'FlowUpdated')
      ? [event.position]
      : [],
  )

const withLog = (use: (folder: string, harness: CommandHarness) => Promise<void>) =>
  withFolder(async (folder) => {
    const harness = await openCommandHarness(folder)
    await use(folder, harness)
    await harness.close()
  })

describe('the delivery of webhooks', () => {
  it('holds up nobody for one that does not answer, and tells that one all of it later', async () => {
    await withLog(async (folder, harness) => {
      const at = receivers()
      const slow = await register(harness)
      const quick = await register(harness)
      let answer: ((attempt: Attempt) => void) | undefined
      const silence = new Promise<Attempt>((resolve) => {
        answer = resolve
      })
      at.reply = (id) => (id === slow ? silence : ACCEPTED)
      const { stop } = await deliver(folder, harness, at)
      // More than one webhook may have waiting.
      await writeFlows(harness, 1_100, 'x')
      const all = await positionsAfter(harness, 0)
      await until(() => at.acknowledged.get(quick)?.length === all.length, 'the quick one has all')
      expect(at.acknowledged.get(slow)).toBeUndefined()
      answer!(ACCEPTED)
      await until(() => at.acknowledged.get(slow)?.length === all.length, 'the slow one has all')
      expect([...at.acknowledged.values()]).toStrictEqual([all, all])
      await stop()
    })
  })

  it('goes on after a stop where it was, each webhook for itself', async () => {
    await withLog(async (folder, harness) => {
      const at = receivers()
      const failing = await register(harness)
      const fine = await register(harness)
      at.reply = (id) => (id === failing ? REFUSED : ACCEPTED)
      const first = await deliver(folder, harness, at)
      await writeFlows(harness, 30, 'before')
      await until(() => at.acknowledged.get(fine)?.length === 30, 'one has all')
      await first.stop()
      await writeFlows(harness, 30, 'meanwhile')

      at.reply = () => ACCEPTED
      const second = await deliver(folder, harness, at)
      const later = await register(harness)
      const registered = await harness.log.head()
      await writeFlows(harness, 10, 'after')
      const all = await positionsAfter(harness, 0)
      for (const [id, positions] of [
        [failing, all],
        [fine, all],
        [later, await positionsAfter(harness, registered)],
      ] as const) {
        await until(() => at.acknowledged.get(id)?.length === positions.length, 'all of them')
        expect(at.acknowledged.get(id)).toStrictEqual(positions)
      }
      await second.stop()
    })
  })

  it('sends again from the checkpoint what it has no note of, where its file is lost', async () => {
    await withLog(async (folder, harness) => {
      const at = receivers()
      const [one, two, gone] = [await register(harness), await register(harness), await register(harness)]
      const first = await deliver(folder, harness, at)
      await writeFlows(harness, 10, 'before')
      const haveAll = () => [one, two, gone].every((id) => at.acknowledged.get(id)?.length === 10)
      await until(haveAll, 'they have all')
      await harness.webhook(gone, { type: 'DeleteWebhook' })
      at.reply = (id) => (id === one ? REFUSED : ACCEPTED)
      const checkpoint = await harness.log.head()
      await writeFlows(harness, 10, 'then')
      await until(() => at.acknowledged.get(two)?.length === 20, 'one has all')
      await first.stop()
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, `webhooks.db${suffix}`), { force: true })

      at.reply = () => ACCEPTED
      at.acknowledged.clear()
      const second = await deliver(folder, harness, at)
      const again = await positionsAfter(harness, checkpoint)
      for (const id of [one, two]) {
        await until(() => at.acknowledged.get(id)?.length === again.length, 'what came after the checkpoint')
        expect(at.acknowledged.get(id)).toStrictEqual(again)
      }
      expect(at.acknowledged.has(gone)).toBe(false)
      await second.stop()
    })
  })

  it('gives one up when the time is over, and takes it up again there', async () => {
    await withLog(async (folder, harness) => {
      const at = receivers()
      const id = await register(harness)
      at.reply = () => REFUSED
      const { service, stop } = await deliver(folder, harness, at, { firstMs: 5, maxMs: 20, forMs: 100 })
      await writeFlows(harness, 10, 'x')
      const failed = async () => (await wholeLog(harness.log)).find(({ type }) => type === 'WebhookFailed')
      await until(async () => (await failed()) !== undefined, 'it is given up')
      const [first] = await positionsAfter(harness, 0)
      expect((await failed())?.data).toMatchObject({
        webhook_id: id,
        error: {
          type: 'webhook_delivery_failed',
          summary: expect.stringMatching(`the event at position ${first} .*it answered 503`),
        },
      })
      await until(() => [...service.subscribers()][0]?.status === 'error', 'it is known')
      await writeFlows(harness, 10, 'y')
      at.reply = () => ACCEPTED
      expect(at.acknowledged.size).toBe(0)
      const webhook = { id, url: 'https://other.example.com/', events: [...TOLD] }
      await harness.webhook(id, { type: 'UpdateWebhook', webhook, status: 'created' })
      const all = await positionsAfter(harness, 0)
      await until(() => at.acknowledged.get(id)?.length === all.length, 'all of them')
      expect(at.acknowledged.get(id)).toStrictEqual(all)
      await stop()
    })
  })

  it('tells everything of a registration that is too large for one body', async () => {
    await withLog(async (folder, harness) => {
      const at = receivers()
      const parts: number[] = []
      const id = await register(harness, { events: ['flows/segments_added'] })
      const { service, stop } = await deliver(folder, harness, at)
      const subscriber = () => [...service.subscribers()][0]!
      at.reply = () => {
        parts.push(subscriber().segment)
        if (parts.length === 2) return REFUSED
        return { ok: true, next: parts.length < 4 ? parts.length * 10 : undefined }
      }
      await harness.putFlow(videoFlow('flow', 'camera'))
      await harness.allocate('flow', 'a')
      await harness.register('flow', { object_id: 'a', timerange: '[0:0_1:0)' })
      await until(() => at.acknowledged.get(id)?.length === 3, 'three parts')
      expect(parts).toStrictEqual([0, 10, 10, 30])
      await stop()
    })
  })
})
