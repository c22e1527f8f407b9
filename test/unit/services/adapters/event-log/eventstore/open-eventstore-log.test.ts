import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../../../contracts/events/recorded-event.ts'
import { openEventStoreLog } from '../../../../../../services/adapters/event-log/eventstore/open-eventstore-log.ts'
import {
  type AppendResult,
  type EventLog,
  LogUnavailable,
} from '../../../../../../services/ports/event-log.ts'
import { aContext, anEvent, aStream, someEvents } from '../../../../../support/event-log/events.ts'
import { until } from '../../../../../support/event-log/until.ts'
import type { CallKind, Fault, Faults } from '../../../../../support/eventstore/faults.ts'
import {
  type EventStoreOptions,
  type RunningEventStore,
  startEventStore,
} from '../../../../../support/eventstore/start-event-store.ts'
import { makeCertificates } from '../../../../../support/kafka/certificates.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function start(options: EventStoreOptions = {}): Promise<RunningEventStore> {
  const server = await startEventStore(options)
  opened.push(server)
  return server
}

function open(url: string, patienceMs = 300_000): EventLog {
  const log = openEventStoreLog({ url, patienceMs })
  opened.push(log)
  return log
}

/** Some faults, one a call of these kinds, then none. */
function oneByOne(faults: readonly (Fault | undefined)[], ...kinds: CallKind[]): Faults {
  const left = [...faults]
  return (call) => (kinds.includes(call) ? left.shift() : undefined)
}

const APPENDS = ['append'] as const
const labelsOf = async (log: EventLog, stream: string) =>
  (await log.readStream(stream, 0, 1000)).map(({ data }) => ('label' in data ? data.label : undefined))

async function everything(log: EventLog): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await log.readAll(events.at(-1)?.position ?? 0, 200)
    if (page.length === 0) return events
    events.push(...page)
  }
}

describe('whatever goes wrong', () => {
  it.each<Fault>(['cut before', 'cut after', 'unavailable', 'deadline exceeded', 'timeout'])(
    'an append is made once, whichever of its writes meets: %s',
    async (fault) => {
      const server = await start()
      const log = open(server.url)
      for (const writesBefore of [0, 1, 2]) {
        const streams = [aStream(), aStream(), aStream()]
        const context = aContext()
        const writes = streams.map((stream, n) => ({
          stream,
          expectedRevision: 'none' as const,
          events: [anEvent(n), anEvent('more')],
        }))
        server.setFaults(oneByOne([...Array<undefined>(writesBefore), fault], ...APPENDS))

        const result = await log.append(context, writes)

        const events = (await everything(log)).filter(
          ({ correlationId }) => correlationId === context.correlationId,
        )
        expect(events.map(({ stream, revision }) => [stream, revision])).toEqual(
          streams.flatMap((stream) => [
            [stream, 0],
            [stream, 1],
          ]),
        )
        const { position, timeMs } = events.at(-1)!
        expect(result).toEqual({ ok: true, position, timeMs, revisions: [1, 1, 1] })
      }
    },
  )

  it('nothing acknowledged is missing and nothing is doubled, whatever connections are cut', async () => {
    const server = await start()
    const logs = [open(server.url), open(server.url)]
    const streams = [aStream(), aStream()]
    let calls = 0
    const faults: Fault[] = ['cut after', 'unavailable', 'cut before', 'timeout']
    server.setFaults((call) => {
      if (call === 'subscription') return undefined
      calls++
      return calls % 9 === 0 ? faults[(calls / 9) % faults.length] : undefined
    })

    const acknowledged = (
      await Promise.all(
        Array.from({ length: 6 }, (_, writer) => appendAll(logs[writer % 2]!, streams, writer)),
      )
    ).flat()
    server.setFaults(() => undefined)

    for (const [n, stream] of streams.entries()) {
      const labels = await labelsOf(logs[0]!, stream)
      expect(labels).toHaveLength(acknowledged.length)
      for (const { label, revisions } of acknowledged) {
        expect(labels[revisions[n]!]).toBe(label)
        expect(labels.filter((other) => other === label)).toHaveLength(1)
      }
    }
  })

  it('a stream that was deleted for good is told of, as no further attempt would help', async () => {
    const server = await start()
    const log = open(server.url)
    const stream = aStream()
    server.store.remove(stream, true)

    const write = { stream, expectedRevision: 'none' as const, events: someEvents(1) }
    await expect(log.append(aContext(), [write])).rejects.toMatchObject({ type: 'stream-deleted' })
    await expect(log.readStream(stream, 0, 1)).rejects.toMatchObject({ type: 'stream-deleted' })
  })
})

type Acknowledged = { readonly label: string; readonly revisions: readonly number[] }

/** Writes the same to both streams, again and again until it is taken: five times. */
async function appendAll(log: EventLog, streams: readonly string[], writer: number): Promise<Acknowledged[]> {
  const taken: Acknowledged[] = []
  for (let n = 0; n < 5; n++) {
    const label = `${writer} ${n}`
    for (;;) {
      const heads = await Promise.all(streams.map((stream) => log.readStream(stream, 0, 1000)))
      const writes = streams.map((stream, index) => {
        const has = heads[index]!.some(({ data }) => 'label' in data && data.label === label)
        const { length } = heads[index]!
        // What a race with others has cut off is written by the next attempt.
        const events = has ? [] : [anEvent(label)]
        return { stream, expectedRevision: length === 0 ? ('none' as const) : length - 1, events }
      })
      const result: AppendResult = await log.append(aContext(), writes)
      if (!result.ok) continue
      const own = await Promise.all(
        streams.map(async (stream) => (await labelsOf(log, stream)).indexOf(label)),
      )
      taken.push({ label, revisions: own })
      break
    }
  }
  return taken
}

describe('an append that was cut off', () => {
  it('is completed by whoever repeats it, and answered as one', async () => {
    const server = await start()
    const log = open(server.url, 50)
    const [first, second] = [aStream(), aStream()]
    const context = aContext()
    const writes = [first, second].map((stream) => ({
      stream,
      expectedRevision: 'none' as const,
      events: someEvents(2),
    }))
    let appends = 0
    server.setFaults((call) => (call === 'append' && ++appends > 1 ? 'unavailable' : undefined))
    await expect(log.append(context, writes)).rejects.toThrow(LogUnavailable)
    expect(await labelsOf(log, first)).toHaveLength(2)
    expect(await labelsOf(log, second)).toHaveLength(0)

    server.setFaults(() => undefined)
    const result = await log.append(context, writes)

    const events = await everything(log)
    expect(events.map(({ stream, revision }) => [stream, revision])).toEqual([
      [first, 0],
      [first, 1],
      [second, 0],
      [second, 1],
    ])
    expect(new Set(events.map(({ timeMs }) => timeMs)).size).toBe(1)
    expect(result).toMatchObject({ ok: true, revisions: [1, 1], position: events[3]!.position })
  })

  it('is refused where someone else wrote meanwhile, and leaves what came first', async () => {
    const server = await start()
    const log = open(server.url)
    const other = open(server.url)
    const [first, second] = [aStream(), aStream()]
    let appends = 0
    server.setFaults((call) => {
      if (call !== 'append' || ++appends !== 2) return undefined
      void other.append(aContext(), [
        { stream: second, expectedRevision: 'none', events: [anEvent('theirs')] },
      ])
      return 'unavailable'
    })

    const writes = [first, second].map((stream) => ({
      stream,
      expectedRevision: 'none' as const,
      events: [anEvent('ours')],
    }))
    const result = await log.append(aContext(), writes)

    const isOurs = result.ok
    expect(await labelsOf(log, first)).toEqual(['ours'])
    await until(async () => isOurs || (await labelsOf(log, second)).length > 0)
    expect(await labelsOf(log, second)).toEqual([isOurs ? 'ours' : 'theirs'])
  })
})

describe('a subscription', () => {
  it('has every event, in order, however often its connection is cut and however slow it reads', async () => {
    const server = await start({ pause: () => new Promise((resolve) => setImmediate(resolve)) })
    const [writer, reader] = [open(server.url), open(server.url)]
    let calls = 0
    server.setFaults((call) => {
      if (call !== 'read' && call !== 'subscription') return undefined
      return ++calls % 13 === 0 ? (calls % 2 === 0 ? 'cut after' : 'unavailable') : undefined
    })
    const seen: RecordedEvent[] = []
    const subscription = reader.subscribe(0, async (batch) => {
      seen.push(...batch)
      await delay(1)
    })
    for (let n = 0; n < 30; n++) {
      await writer.append(aContext(), [
        { stream: aStream(), expectedRevision: 'none', events: someEvents((n % 4) + 1) },
      ])
    }
    server.setFaults(() => undefined)

    const expected = await everything(writer)
    await until(() => seen.length >= expected.length)
    await subscription.stop()
    expect(seen).toEqual(expected)
  })

  it('is woken by another process’ events', async () => {
    const server = await start()
    const [writer, reader] = [open(server.url), open(server.url)]
    const seen: number[] = []
    const subscription = reader.subscribe(0, (batch) => {
      seen.push(...batch.map(({ position }) => position))
    })
    for (let n = 1; n <= 20; n++) {
      const result = await writer.append(aContext(), [
        { stream: aStream(), expectedRevision: 'none', events: someEvents(1) },
      ])
      await until(() => seen.length === n)
      expect(result).toMatchObject({ ok: true, position: seen.at(-1) })
    }
    await subscription.stop()
  })
})

describe('a cluster', () => {
  it('is written and read at its leader, also where another node was asked', async () => {
    const leader = await start()
    const follower = await start({ store: leader.store })
    follower.setFaults(() => ({ leader: { host: '127.0.0.1', port: leader.port } }))
    const log = open(follower.url)
    const stream = aStream()

    await log.append(aContext(), [{ stream, expectedRevision: 'none', events: someEvents(3) }])

    expect(await labelsOf(log, stream)).toEqual(['0', '1', '2'])
  })

  it('goes on with another leader when one is lost', async () => {
    let leading = 0
    const first = await startEventStore({ leader: () => leading })
    const second = await start({ store: first.store, leader: () => leading })
    leading = first.port
    const hosts = [first, second].map(({ port }) => `127.0.0.1:${port}`).join(',')
    const log = open(`esdb://${hosts}?tls=false&nodePreference=leader&discoveryInterval=50`)
    const [one, other] = [aStream(), aStream()]
    const seen: string[] = []
    const subscription = log.subscribe(0, (batch) => {
      seen.push(...batch.map(({ stream }) => stream))
    })
    await log.append(aContext(), [{ stream: one, expectedRevision: 'none', events: someEvents(1) }])

    leading = second.port
    await first.close()
    await log.append(aContext(), [{ stream: other, expectedRevision: 'none', events: someEvents(1) }])

    await until(() => seen.length === 2)
    expect(seen).toEqual([one, other])
    await subscription.stop()
  })
})

describe('a server that is away', () => {
  it.each<Fault>(['unavailable', 'access denied'])('makes the log unavailable: %s', async (fault) => {
    const server = await start()
    const log = open(server.url, 50)
    server.setFaults(() => fault)
    const write = { stream: aStream(), expectedRevision: 'none' as const, events: someEvents(1) }

    await expect(log.append(aContext(), [write])).rejects.toThrow(LogUnavailable)
    await expect(log.head()).rejects.toThrow(LogUnavailable)
    await expect(log.saveCheckpoint('c', 1)).rejects.toThrow(LogUnavailable)

    server.setFaults(() => undefined)
    expect(await log.append(aContext(), [write])).toMatchObject({ ok: true })
  })
})

describe('a server with TLS and passwords', () => {
  it('is used by who has both from the URL, and by nobody else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'eventstore-'))
    opened.push({ close: async () => rmSync(directory, { recursive: true }) })
    const { authority, broker } = makeCertificates(directory)
    const server = await start({ secure: { pem: broker, login: 'framelog:a secret' } })
    const urlFor = (login: string) =>
      `esdb://${login}@127.0.0.1:${server.port}?tlsCAFile=${encodeURIComponent(authority)}`
    const log = open(urlFor('framelog:a%20secret'))
    const stream = aStream()
    const write = { stream, expectedRevision: 'none' as const, events: someEvents(2) }

    expect(await log.append(aContext(), [write])).toMatchObject({ ok: true })
    expect(await labelsOf(log, stream)).toEqual(['0', '1'])

    const other = open(urlFor('framelog:wrong'), 50)
    await expect(other.append(aContext(), [write])).rejects.toThrow('the event log denies access')
    await expect(other.head()).rejects.toThrow('the event log denies access')
    const plain = open(server.url, 50)
    await expect(plain.head()).rejects.toThrow(LogUnavailable)
  })
})

describe('what is kept on the server', () => {
  it('takes appends of more than it takes at once in parts, each of them once', async () => {
    const server = await start()
    const log = open(server.url)
    const stream = aStream()
    const labels = Array.from({ length: 16 }, (_, n) => `${n} ${'x'.repeat(180_000)}`)
    server.setFaults(oneByOne([undefined, 'cut after', undefined, 'cut before'], ...APPENDS))

    const result = await log.append(aContext(), [
      { stream, expectedRevision: 'none', events: labels.map(anEvent) },
    ])

    expect(result).toMatchObject({ ok: true, revisions: [15] })
    expect(await labelsOf(log, stream)).toEqual(labels)
  })

  it('has one event a checkpoint, and tells correlations as its own projections read them', async () => {
    const server = await start()
    const log = open(server.url)
    for (const position of [1, 2, 3]) await log.saveCheckpoint('consumer', position)
    const [context, stream] = [aContext(), aStream()]
    await log.append(context, [{ stream, expectedRevision: 'none', events: [anEvent('x')] }])

    expect(server.store.stream('framelog-checkpoint-consumer')).toHaveLength(1)
    const kept = server.store.all.find((event) => event.stream === stream)
    expect(JSON.parse(Buffer.from(kept!.metadata).toString())).toEqual({
      append: { id: context.commandId, index: 0, of: 1 },
      version: 1,
      timeMs: expect.any(Number),
      actor: context.actor,
      $correlationId: context.correlationId,
      $causationId: null,
    })
  })
})
