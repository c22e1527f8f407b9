import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { openMirroredLog } from '../../../../../../services/adapters/event-log/mirrored/open-mirrored-log.ts'
import { eventId } from '../../../../../../services/ports/event-id.ts'
import { type EventLog, LogUnavailable } from '../../../../../../services/ports/event-log.ts'
import { aContext, anEvent, aStream, someEvents } from '../../../../../support/event-log/events.ts'
import { caughtUp, everythingIn, temporaryMirror } from '../../../../../support/event-log/mirrored-logs.ts'
import { temporaryPath } from '../../../../../support/event-log/temporary-log.ts'
import { until } from '../../../../../support/event-log/until.ts'
import type { CallKind, Fault, Faults } from '../../../../../support/eventstore/faults.ts'
import {
  type RunningEventStore,
  startEventStore,
} from '../../../../../support/eventstore/start-event-store.ts'

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})
const closing = <T extends { close(): Promise<void> }>(one: T): T => {
  opened.push(one)
  return one
}
const start = async (): Promise<RunningEventStore> => closing(await startEventStore())
const open = (url: string, patienceMs?: number) => closing(temporaryMirror(url, patienceMs))

const isAppend = (call: CallKind) => call === 'append' || call === 'batch append'
/** Lets so many writes through, then none. */
const onlyFirst = (writes: number): Faults => {
  let left = writes
  return (call) => (isAppend(call) && left-- <= 0 ? 'unavailable' : undefined)
}
const faulty = (every: number): Faults => {
  const faults: Fault[] = ['cut after', 'unavailable', 'cut before', 'timeout']
  let calls = 0
  return (call) => {
    if (call === 'subscription' || ++calls % every !== 0) return undefined
    return faults[(calls / every) % faults.length]
  }
}
const write = (stream: string, label: string, expectedRevision: number | 'none' = 'none') => ({
  stream,
  expectedRevision,
  events: [anEvent(label)],
})
const placed = (events: Awaited<ReturnType<typeof everythingIn>>) =>
  events.map(({ position, stream, data }) => [position, stream, 'label' in data ? data.label : ''])

describe('the order of a mirrored log', () => {
  it('is gapless, and the same in every mirror, whatever is cut and whenever it was begun', async () => {
    const server = await start()
    const first = open(server.url)
    const streams = Array.from({ length: 6 }, aStream)
    server.setFaults(faulty(11))
    const others: ReturnType<typeof open>[] = []
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 12; n++) {
          if (writer === 0 && n % 4 === 3) others.push(open(server.url))
          const chosen = [0, 1, 2].map((step) => streams[(writer + n * step + step) % streams.length]!)
          const log = others.at(-1) ?? first
          const writes = await Promise.all(
            [...new Set(chosen)].map(async (stream) => {
              const { length } = await log.loadStream(stream, 0, 1000)
              return write(stream, `${writer} ${n}`, length === 0 ? 'none' : length - 1)
            }),
          )
          // Many of these are overtaken after their first write.
          await log.append(aContext(), writes)
        }
      }),
    )
    server.setFaults(() => undefined)
    // What was cut off last nothing lets go of but this.
    for (const stream of streams) {
      const { length } = await first.loadStream(stream, 0, 1000)
      await first.append(aContext(), [{ stream, expectedRevision: Math.max(0, length - 1), events: [] }])
    }

    const expected = await everythingIn(first)
    expect(expected.map(({ position }) => position)).toEqual(expected.map((_, n) => n + 1))
    for (const log of [...others, open(server.url)]) {
      await caughtUp(log)
      expect(await everythingIn(log)).toEqual(expected)
    }
    for (const stream of streams) {
      const inOrder = expected.filter((event) => event.stream === stream).map(({ id }) => id)
      expect(inOrder).toEqual(server.store.stream(stream) === 'deleted' ? [] : idsOf(server, stream))
    }
  })

  it('has an append whole where it was made by two attempts, and others between', async () => {
    const server = await start()
    const log = open(server.url, 50)
    const [one, two, other] = [aStream(), aStream(), aStream()]
    const context = aContext()
    server.setFaults(onlyFirst(1))
    await expect(log.append(context, [write(one, 'a'), write(two, 'b')])).rejects.toThrow(LogUnavailable)
    server.setFaults(() => undefined)
    await log.append(aContext(), [write(other, 'between')])
    expect(placed(await everythingIn(log))).toEqual([[1, other, 'between']])

    const result = await log.append(context, [write(one, 'a'), write(two, 'b')])

    expect(result).toMatchObject({ ok: true, position: 3, revisions: [0, 0] })
    const events = await everythingIn(log)
    expect(placed(events)).toEqual([
      [1, other, 'between'],
      [2, one, 'a'],
      [3, two, 'b'],
    ])
    expect(events.slice(1).map(({ id }) => id)).toEqual([0, 1].map((n) => eventId(context.commandId, n)))
  })

  it('does not wait for the rest of an append where that is in the way of a decision', async () => {
    const server = await start()
    const log = open(server.url, 50)
    const [one, two] = [aStream(), aStream()]
    const context = aContext()
    server.setFaults(onlyFirst(1))
    await expect(log.append(context, [write(one, 'a'), write(two, 'b')])).rejects.toThrow(LogUnavailable)
    server.setFaults(() => undefined)

    expect(await log.readStream(one, 0, 10)).toEqual([])
    expect(await log.loadStream(one, 0, 10)).toMatchObject([{ stream: one, revision: 0 }])
    const checked = await log.append(aContext(), [{ stream: one, expectedRevision: 0, events: [] }])

    expect(checked).toMatchObject({ ok: true, position: 1 })
    expect(placed(await everythingIn(log))).toEqual([[1, one, 'a']])
    // Should it come after all, it is by itself, and has the id that it had.
    expect(await log.append(context, [write(one, 'a'), write(two, 'b')])).toMatchObject({
      ok: true,
      position: 2,
    })
    expect((await everythingIn(log)).map(({ id }) => id)).toEqual(
      [0, 1].map((n) => eventId(context.commandId, n)),
    )
  })

  it('is the same after the mirror was removed', async () => {
    const server = await start()
    const { path, remove } = temporaryPath()
    const mirrorAt = () => openMirroredLog({ path, url: server.url, keeps: true })
    const before = mirrorAt()
    for (let n = 0; n < 5; n++)
      await before.append(aContext(), [write(aStream(), `${n}`), write(aStream(), 'x')])
    const events = await everythingIn(before)
    await before.close()
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })

    const after = mirrorAt()
    await caughtUp(after)
    expect(await everythingIn(after)).toEqual(events)
    await after.close()
    remove()
  })
})

const idsOf = (server: RunningEventStore, stream: string) => {
  const events = server.store.stream(stream)
  return events === 'deleted' ? [] : events.map(({ id }) => id)
}

describe('appending to a mirrored log', () => {
  it('loses nothing it acknowledged and doubles nothing, whatever connections are cut', async () => {
    const server = await start()
    const logs = [open(server.url), open(server.url)]
    const [own, shared] = [aStream(), aStream()]
    server.setFaults(faulty(9))

    const acknowledged = (
      await Promise.all(
        Array.from({ length: 6 }, (_, writer) => appendAll(logs[writer % 2]!, own, shared, writer)),
      )
    ).flat()
    server.setFaults(() => undefined)

    for (const log of logs) {
      await caughtUp(log)
      const events = await everythingIn(log)
      for (const { label, position } of acknowledged) {
        const found = events.filter(
          ({ data, stream }) => 'label' in data && data.label === label && stream === shared,
        )
        expect(found.map((event) => event.position)).toEqual([position])
      }
      expect(events.filter(({ stream }) => stream === shared)).toHaveLength(acknowledged.length)
    }
  })
})

/** Writes to a stream of its own, then to one that all write, until that is taken: five times. */
async function appendAll(log: EventLog, own: string, shared: string, writer: number) {
  const taken: { readonly label: string; readonly position: number }[] = []
  for (let n = 0; n < 5; n++) {
    const label = `${writer} ${n}`
    const stream = `${own}-${label}`
    const context = aContext()
    for (;;) {
      const { length } = await log.loadStream(shared, 0, 1000)
      // The same command completes what it has left when it was overtaken.
      const result = await log.append(context, [
        write(stream, label),
        write(shared, label, length === 0 ? 'none' : length - 1),
      ])
      if (result.ok) {
        taken.push({ label, position: result.position })
        break
      }
    }
  }
  return taken
}

describe('a mirrored log whose server is away', () => {
  it('is read as before, and unavailable to whoever writes or decides', async () => {
    const server = await start()
    const log = open(server.url, 50)
    const stream = aStream()
    await log.append(aContext(), [{ stream, expectedRevision: 'none', events: someEvents(3) }])
    server.setFaults(() => 'unavailable')

    await expect(log.append(aContext(), [write(stream, 'x', 2)])).rejects.toThrow(LogUnavailable)
    await expect(log.loadStream(stream, 0, 10)).rejects.toThrow(LogUnavailable)
    expect(await log.readStream(stream, 0, 10)).toHaveLength(3)
    expect(await log.head()).toBe(3)
    await until(() => log.mirror.trouble() !== undefined)
    expect(log.mirror.trouble()).toEqual({ text: 'the event log does not answer', isFinal: false })

    server.setFaults(() => undefined)
    await until(() => log.mirror.trouble() === undefined)
    expect(await log.append(aContext(), [write(stream, 'x', 2)])).toMatchObject({ ok: true, position: 4 })
  })
})

describe('the mirror of one database', () => {
  it.each(['has less', 'has other events'])('is none of another, which %s', async (what) => {
    const [one, other] = [await start(), await start()]
    const { path, remove } = temporaryPath()
    const first = openMirroredLog({ path, url: one.url, keeps: true })
    const streams = [`object-${randomUUID()}`, `object-${randomUUID()}`]
    for (const stream of streams) await first.append(aContext(), [write(stream, 'x')])
    await first.close()
    if (what === 'has other events') {
      const elsewhere = open(other.url)
      for (const stream of streams) await elsewhere.append(aContext(), [write(stream, 'x')])
    }

    const second = openMirroredLog({ path, url: other.url, keeps: true })
    await until(() => second.mirror.trouble() !== undefined)

    expect(second.mirror.trouble()).toMatchObject({ isFinal: true })
    expect(second.mirror.trouble()?.text).toContain(`remove ${path}`)
    expect(await second.head()).toBe(2)
    await second.close()
    remove()
  })
})
