import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import type { ResolvedAddress } from '../../../../services/outbound/guarded-connect.ts'
import { openOutbound } from '../../../../services/outbound/outbound.ts'
import { parseNetwork } from '../../../../services/outbound/outbound-policy.ts'
import { openEventIndex } from '../../../../services/public-events/event-index.ts'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { sealer } from '../../../../services/sealing/sealer.ts'
import { deliveryAttempt } from '../../../../services/webhooks/attempt-delivery.ts'
import { openDeliveryStore } from '../../../../services/webhooks/delivery-store.ts'
import { type Subscriber, subscriberOf } from '../../../../services/webhooks/subscriber.ts'
import { startWebhookService } from '../../../../services/webhooks/webhook-service.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { until } from '../../../support/webhook-receiver.ts'
import { withHarness } from '../../../support/with-harness.ts'

const NOW = Date.UTC(2026, 10, 21, 8, 0, 0)
const TOLD = ['flows/created', 'flows/updated'] as const

/** A receiver at all addresses of this machine. */
async function withReceiver(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  await use((server.address() as AddressInfo).port).finally(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
}

/** Attempts where only 127.0.0.1 stands for the public internet. */
function attempts(resolve?: () => Promise<readonly ResolvedAddress[]>) {
  const outbound = openOutbound({
    policy: { allowedNetworks: [parseNetwork('127.0.0.1/32')!], allowsLoopback: false },
    ...(resolve && { resolve }),
  })
  const attempt = deliveryAttempt({
    outbound,
    keys: sealer(randomBytes(32)),
    publicUrl: () => 'http://framelog.test',
    segments: () => Promise.reject(new Error('there are none')),
    userAgent: 'test',
    now: () => NOW,
  })
  return { attempt, close: outbound.close }
}

const subscriberAt = (url: string): Subscriber =>
  subscriberOf({
    id: 'hook',
    settings: { id: 'hook', url, events: [...TOLD] },
    status: 'started',
    acknowledged: undefined,
    failing: undefined,
    lastDeliveryMs: undefined,
  })

const deleted: PublicEvent = {
  position: 7,
  id: randomUUID(),
  timeMs: NOW,
  type: 'flows/deleted',
  correlationId: 'request',
  context: { flow_id: 'flow', source_id: 'source', flow_collected_by: [], source_collected_by: [] },
  told: { what: 'flow_id', flow_id: 'flow' },
}

describe('an attempt to deliver', () => {
  it.each([
    [503, '120', 120_000],
    [429, '120', 120_000],
    [503, 'Sat, 21 Nov 2026 08:01:00 GMT', 60_000],
    [429, 'soon', undefined],
    [503, undefined, undefined],
    [500, '120', undefined],
    [307, '120', undefined],
  ])('that is answered with %i, Retry-After %s: asks for %s ms', async (status, retryAfter, askedMs) => {
    await withReceiver(
      (_, response) =>
        response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(),
      async (port) => {
        const { attempt, close } = attempts()
        expect(await attempt(subscriberAt(`http://127.0.0.1:${port}/`), deleted)).toStrictEqual({
          ok: false,
          reason: `it answered ${status}`,
          askedMs,
        })
        await close()
      },
    )
  })

  it('waits at least as long as a busy receiver asks, and delivers then', async () => {
    let asked = 0
    await withReceiver(
      (_, response) => {
        asked += 1
        response.writeHead(asked === 1 ? 503 : 204, asked === 1 ? { 'retry-after': '1' } : {}).end()
      },
      async (port) => {
        const waited = await waitedBeforeSecond(`http://127.0.0.1:${port}/`)
        expect(waited).toBeGreaterThanOrEqual(1_000)
      },
    )
  })
})

describe('a name that leads elsewhere than it did when its webhook was registered', () => {
  it('is not connected to, says why, and is told of everything once it is right again', async () => {
    const told: (string | undefined)[] = []
    const reached = new Set<string | undefined>()
    await withReceiver(
      (request, response) => {
        reached.add(request.socket.localAddress)
        told.push(request.headers['ce-sequence'] as string)
        // So that each event has a connection of its own.
        response.writeHead(204, { connection: 'close' }).end()
      },
      async (port) => {
        let address = '127.0.0.1'
        await delivering(`http://hook.test:${port}/`, {
          resolve: async () => [{ address, family: 4 }],
          use: async ({ subscriber, write }) => {
            await write('one')
            await until(() => told.length === 1, 'it is told')
            // It answers there too: it is the guard that keeps it from being asked.
            address = '127.0.0.2'
            await write('two')
            await write('three')
            const reason = 'its address is not one that is sent to (address_not_allowed)'
            await until(() => subscriber()?.failing?.reason === reason, 'it is refused')
            await until(() => (subscriber()?.failing?.attempts ?? 0) > 3, 'it is refused again')
            expect(told).toHaveLength(1)
            address = '127.0.0.1'
            await until(() => told.length === 3, 'it is told of the others')
          },
        })
      },
    )
    expect(told).toStrictEqual([...new Set(told)].sort())
    expect([...reached]).toStrictEqual(['127.0.0.1'])
  })
})

type Delivering = {
  readonly subscriber: () => Subscriber | undefined
  /** Something that it is to be told of. */
  write(label: string): Promise<unknown>
}

/** Runs the whole service, for one webhook there. */
async function delivering(
  url: string,
  {
    resolve,
    onAttempt = () => undefined,
    use,
  }: {
    readonly resolve?: () => Promise<readonly ResolvedAddress[]>
    readonly onAttempt?: () => void
    readonly use: (delivering: Delivering) => Promise<void>
  },
): Promise<void> {
  await withHarness(async (harness, folder) => {
    const id = randomUUID()
    await harness.webhook(id, {
      type: 'RegisterWebhook',
      webhook: { id, url, events: [...TOLD] },
      status: 'created',
    })
    const index = await openEventIndex(join(folder, 'public-events.db'), harness.log)
    const store = openDeliveryStore(join(folder, 'webhooks.db'))
    const { attempt, close } = attempts(resolve)
    const service = await startWebhookService({
      log: harness.log,
      index,
      store,
      attempt: (subscriber, event) => {
        onAttempt()
        return attempt(subscriber, event)
      },
      command: async (webhook_id, command) => {
        await harness.webhook(webhook_id, command)
      },
      retry: { firstMs: 5, maxMs: 10_000, forMs: 600_000 },
      logger: pino({ level: 'silent' }),
      now: Date.now,
    })
    const subscriber = () => [...service.subscribers()][0]
    await use({ subscriber, write: (label) => harness.putFlow(videoFlow('flow', 'camera', { label })) })
    await service.stop()
    await close()
    store.close()
    index.close()
  })
}

/** How long it is until the second attempt, milliseconds. */
async function waitedBeforeSecond(url: string): Promise<number> {
  const times: number[] = []
  await delivering(url, {
    onAttempt: () => times.push(performance.now()),
    use: async ({ write }) => {
      await write('one')
      await until(() => times.length === 2, 'a second attempt')
    },
  })
  return times[1]! - times[0]!
}
