import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent, DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { type DigestTypes, digestOf, type EventDigest } from '../../services/ports/event-digest.ts'
import type {
  AppendResult,
  EventHandler,
  EventLog,
  ExpectedRevision,
} from '../../services/ports/event-log.ts'
import { aContext, anEvent, aStream, someEvents, writesOfEveryKind } from '../support/event-log/events.ts'
import { until } from '../support/event-log/until.ts'

export type OpenedLog = {
  readonly log: EventLog
  /** The same log once more: beside `log`, as another process has it, or after it was closed. */
  reopen(): Promise<EventLog>
  /** Closes what is open and removes all of it. */
  dispose(): Promise<void>
}

type Start = 'no events' | 'one event' | 'three events'
const EVENTS: Record<Start, number> = { 'no events': 0, 'one event': 1, 'three events': 3 }
const OUTCOMES: [Start, ExpectedRevision, 'accepts' | 'refuses'][] = [
  ['no events', 'none', 'accepts'],
  ['no events', 'any', 'accepts'],
  ['no events', 0, 'refuses'],
  ['no events', 1, 'refuses'],
  ['one event', 'none', 'refuses'],
  ['one event', 'any', 'accepts'],
  ['one event', 0, 'accepts'],
  ['one event', 1, 'refuses'],
  ['three events', 'none', 'refuses'],
  ['three events', 'any', 'accepts'],
  ['three events', 0, 'refuses'],
  ['three events', 1, 'refuses'],
  ['three events', 2, 'accepts'],
  ['three events', 3, 'refuses'],
]

/** What every adapter of the port `EventLog` has to do. Streams are fresh: the log may hold others' events. */
export function eventLogContract(adapter: string, open: () => Promise<OpenedLog>): void {
  describe(`${adapter} as an event log`, () => {
    let opened: OpenedLog
    let log: EventLog
    beforeAll(async () => {
      opened = await open()
      log = opened.log
    })
    afterAll(() => opened.dispose())

    const append = (stream: string, count: number, expectedRevision: ExpectedRevision = 'any') =>
      log.append(aContext(), [{ stream, expectedRevision, events: someEvents(count) }])
    const labelsOf = async (stream: string) => (await log.readStream(stream, 0, 1000)).map(labelOf)

    describe('appending', () => {
      it.each(OUTCOMES)('to a stream of %s, expecting %s: %s', async (start, expectedRevision, outcome) => {
        const stream = aStream()
        const count = EVENTS[start]
        if (count > 0) await append(stream, count)

        const result = await append(stream, 2, expectedRevision)

        const { length } = await log.readStream(stream, 0, 100)
        if (outcome === 'accepts') {
          expect(result).toMatchObject({ ok: true, revisions: [count + 1] })
          expect(length).toBe(count + 2)
        } else {
          const actual = count === 0 ? 'none' : count - 1
          expect(result).toEqual({ ok: false, reason: 'wrong_expected_revision', stream, actual })
          expect(length).toBe(count)
        }
      })

      it.each(OUTCOMES)(
        'nothing, to check that a stream of %s is at %s: %s',
        async (start, expected, outcome) => {
          const stream = aStream()
          const count = EVENTS[start]
          if (count > 0) await append(stream, count)

          const result = await append(stream, 0, expected)

          expect(result.ok).toBe(outcome === 'accepts')
          if (result.ok) expect(result.position).toBe(await log.head())
          expect(await log.readStream(stream, 0, 100)).toHaveLength(count)
        },
      )

      it('writes several streams, in the order given', async () => {
        const [first, second, third] = [aStream(), aStream(), aStream()]
        const before = await log.head()

        const result = await log.append(aContext(), [
          { stream: first, expectedRevision: 'none', events: [anEvent('a'), anEvent('b')] },
          { stream: second, expectedRevision: 'none', events: [] },
          { stream: third, expectedRevision: 'any', events: [anEvent('c')] },
        ])

        const written = await log.readAll(before, 10)
        expect(written.map((event) => [event.stream, event.revision, labelOf(event)])).toEqual([
          [first, 0, 'a'],
          [first, 1, 'b'],
          [third, 0, 'c'],
        ])
        expect(result).toMatchObject({ ok: true, position: written[2]?.position })
        expect(accepted(result).revisions).toEqual([1, -1, 0])
      })

      it('writes one stream twice, each write finding it as the one before left it', async () => {
        const stream = aStream()

        const result = await log.append(aContext(), [
          { stream, expectedRevision: 'none', events: [anEvent('a')] },
          { stream, expectedRevision: 0, events: [anEvent('b')] },
        ])

        expect(accepted(result).revisions).toEqual([0, 1])
        expect(await labelsOf(stream)).toEqual(['a', 'b'])
      })

      it.each([0, 1, 2])('leaves nothing where expectation %i of three fails', async (wrong) => {
        const streams = [aStream(), aStream(), aStream()]
        const before = await log.head()

        const result = await log.append(
          aContext(),
          streams.map((stream, index) => ({
            stream,
            expectedRevision: index === wrong ? 7 : 'none',
            events: someEvents(2),
          })),
        )

        expect(result).toMatchObject({ ok: false, stream: streams[wrong], actual: 'none' })
        expect(await log.readAll(before, 10)).toEqual([])
        for (const stream of streams) expect(await log.readStream(stream, 0, 10)).toEqual([])
      })

      it('goes on after a refused append as if it had not been', async () => {
        const stream = aStream()
        const results = await Promise.all([append(stream, 1, 'none'), append(stream, 1, 'none')])
        const next = await append(stream, 2, 0)

        expect([...results, next].map(({ ok }) => ok)).toEqual([true, false, true])
        expect((await log.readStream(stream, 0, 10)).map(({ revision }) => revision)).toEqual([0, 1, 2])
      })

      it('refuses for a check that fails, whatever else was to be written', async () => {
        const [written, checked] = [aStream(), aStream()]
        await append(checked, 2)

        const result = await log.append(aContext(), [
          { stream: written, expectedRevision: 'none', events: someEvents(1) },
          { stream: checked, expectedRevision: 0, events: [] },
        ])

        expect(result).toMatchObject({ ok: false, stream: checked, actual: 1 })
        expect(await log.readStream(written, 0, 10)).toEqual([])
      })

      it('commits pipelined calls in the order of the calls', async () => {
        const stream = aStream()
        const calls = Array.from({ length: 100 }, (_, n) =>
          log.append(aContext(), [
            { stream, expectedRevision: n === 0 ? 'none' : n - 1, events: [anEvent(n)] },
          ]),
        )

        const positions = (await Promise.all(calls)).map((result) => accepted(result).position)

        expect(positions).toEqual(positions.toSorted((a, b) => a - b))
        expect(await labelsOf(stream)).toEqual(calls.map((_, n) => String(n)))
      })

      it('refuses what was decided on an append that was refused, even where it would fit by chance', async () => {
        const stream = aStream()
        await append(stream, 1)
        const other = await opened.reopen()
        await other.append(aContext(), [{ stream, expectedRevision: 0, events: someEvents(1) }])

        const first = append(stream, 1, 0)
        const decidedOnIt = append(stream, 1, 1)
        const elsewhere = append(aStream(), 1, 'none')

        expect(await first).toMatchObject({ ok: false, stream, actual: 1 })
        expect(await decidedOnIt).toMatchObject({ ok: false, stream, actual: 1 })
        expect(await elsewhere).toMatchObject({ ok: true })
        expect(await append(stream, 1, 1)).toMatchObject({ ok: true, revisions: [2] })
        await other.close()
      })

      it('gives 64 writers of one stream, who retry, revisions without gaps', async () => {
        const stream = aStream()
        await Promise.all(Array.from({ length: 64 }, (_, writer) => appendWithRetries(log, stream, writer)))

        const events = await log.readStream(stream, 0, 100)
        expect(events.map(({ revision }) => revision)).toEqual(Array.from({ length: 64 }, (_, n) => n))
        expect(new Set(events.map(labelOf)).size).toBe(64)
      })

      it('keeps large events and any text as they are', async () => {
        const stream = aStream()
        const texts = ['x'.repeat(200_000), '\u0000 "\\ \n\u2028 ü 漢 🎬 \ud83c', '']

        await log.append(aContext({ actor: 'Zoë 🎬' }), [
          { stream, expectedRevision: 'none', events: texts.map(anEvent) },
        ])

        const events = await log.readStream(stream, 0, 10)
        expect(events.map(labelOf)).toEqual(texts)
        expect(events[0]?.actor).toBe('Zoë 🎬')
        expect((await log.readAll((events[0]?.position ?? 0) - 1, 3)).map(labelOf)).toEqual(texts)
      })

      it('keeps streams apart whose names differ in anything', async () => {
        const id = randomUUID()
        const names = [
          `object-${id}`,
          `object-${id} `,
          `object-${id}/é`,
          `object-${id}/e\u0301`,
          `OBJECT-${id}`,
          `object-${id}/🎬%'"`,
        ]

        await Promise.all(
          names.map((name) =>
            log.append(aContext(), [{ stream: name, expectedRevision: 'none', events: [anEvent(name)] }]),
          ),
        )

        for (const name of names) expect(await labelsOf(name)).toEqual([name])
      })
    })

    describe('repeating an append', () => {
      const writes = (streams: readonly string[], expectedRevision: ExpectedRevision) =>
        streams.map((stream) => ({ stream, expectedRevision, events: someEvents(2) }))

      it.each(['none', 'any'] as const)(
        'of the same command, expecting %s, answers as at first',
        async (expected) => {
          const context = aContext()
          const streams = [aStream(), aStream()]
          const first = await log.append(context, writes(streams, expected))
          await append(aStream(), 3)

          const again = await log.append(context, writes(streams, expected))

          expect(again).toEqual(first)
          for (const stream of streams) expect(await log.readStream(stream, 0, 10)).toHaveLength(2)
        },
      )

      it('answers as at first when the streams have moved on, and in the same turn', async () => {
        const context = aContext()
        const streams = [aStream(), aStream()]
        const [first, again] = await Promise.all([
          log.append(context, writes(streams, 'none')),
          log.append(context, writes(streams, 'none')),
        ])
        expect(again).toEqual(first)
        await append(streams[0]!, 5)

        expect(await log.append(context, writes(streams, 'none'))).toEqual(first)
        expect(await log.readStream(streams[0]!, 0, 10)).toHaveLength(7)
      })

      it('answers as at first where it was checked against a stream that moved on', async () => {
        const context = aContext()
        const [guard, stream] = [aStream(), aStream()]
        await append(guard, 1)
        const guarded = [
          { stream: guard, expectedRevision: 0, events: [] },
          { stream, expectedRevision: 'none' as const, events: someEvents(1) },
        ]
        const first = await log.append(context, guarded)
        await append(guard, 1)

        expect(await log.append(context, guarded)).toEqual(first)
      })

      it('is an append of its own where another command makes it', async () => {
        const streams = [aStream()]
        await log.append(aContext(), writes(streams, 'any'))
        await log.append(aContext(), writes(streams, 'any'))

        expect(await log.append(aContext(), writes(streams, 'none'))).toMatchObject({ ok: false, actual: 3 })
        expect(await log.readStream(streams[0]!, 0, 10)).toHaveLength(4)
      })

      it('gives events ids by which the same ones can be known', async () => {
        const [context, stream] = [aContext(), aStream()]
        await log.append(context, writes([stream], 'none'))
        const ids = (await log.readStream(stream, 0, 10)).map(({ id }) => id)
        await log.append(context, writes([stream], 'none'))

        expect((await log.readStream(stream, 0, 10)).map(({ id }) => id)).toEqual(ids)
        expect(new Set(ids).size).toBe(2)
        for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      })
    })

    describe('reading', () => {
      it('gives back all that was appended, and the time it was answered with', async () => {
        const [context, stream] = [aContext({ causationId: randomUUID() }), aStream()]
        const result = accepted(
          await log.append(context, [{ stream, expectedRevision: 'none', events: [anEvent('x')] }]),
        )

        const { actor, correlationId, causationId } = context
        const event = {
          stream,
          revision: 0,
          position: result.position,
          timeMs: result.timeMs,
          ...anEvent('x'),
        }
        expect(await log.readStream(stream, 0, 1)).toEqual([
          { id: expect.any(String), ...event, actor, correlationId, causationId },
        ])
        expect(await log.readAll(result.position - 1, 1)).toEqual(await log.readStream(stream, 0, 1))
      })

      it('pages through a stream, and finds nothing beyond it', async () => {
        const stream = aStream()
        await append(stream, 7)
        await append(aStream(), 2)
        await append(stream, 3)

        const pages = await Promise.all([0, 4, 8, 10, 99].map((from) => log.readStream(stream, from, 4)))

        expect(pages.map((page) => page.map(({ revision }) => revision))).toEqual([
          [0, 1, 2, 3],
          [4, 5, 6, 7],
          [8, 9],
          [],
          [],
        ])
        expect(await log.readStream(stream, 0, 0)).toEqual([])
        expect(await log.readStream(aStream(), 0, 4)).toEqual([])
      })

      it('reads the beginnings of many streams at once', async () => {
        const [long, short, none] = [aStream(), aStream(), aStream()]
        await append(long, 5)
        await append(short, 1)

        const found = await log.readStreams([none, long, short, long], 3)

        expect([...found.keys()].sort()).toEqual([long, none, short].sort())
        expect(found.get(long)).toEqual(await log.readStream(long, 0, 3))
        expect(found.get(short)).toEqual(await log.readStream(short, 0, 3))
        expect(found.get(none)).toEqual([])
        expect(await log.readStreams([], 3)).toEqual(new Map())
      })

      it('pages through the whole log in the order of positions, to its head', async () => {
        const before = await log.head()
        const streams = [aStream(), aStream(), aStream()]
        for (const stream of [...streams, ...streams]) await append(stream, 2)

        const all: RecordedEvent[] = []
        for (;;) {
          const page = await log.readAll(all.at(-1)?.position ?? before, 5)
          expect(page.length).toBeLessThanOrEqual(5)
          if (page.length === 0) break
          all.push(...page)
        }

        expect(all.map(({ stream }) => stream)).toEqual(
          [...streams, ...streams].flatMap((name) => [name, name]),
        )
        expect(all.every(({ position }, n) => n === 0 || position > all[n - 1]!.position)).toBe(true)
        expect(all.at(-1)?.position).toBe(await log.head())
        expect(await log.readAll(await log.head(), 5)).toEqual([])
      })

      it('reads events of some types whole, of others their streams, and passes over the rest', async () => {
        const before = await log.head()
        for (let n = 0; n < 3; n++) await append(aStream(), 3)
        const all = await log.readAll(before, 100)
        const types = [...new Set(all.map(({ type }) => type))]
        const { id, position } = all.at(-1)!
        const last = { id, position }
        const nothing = { events: [], begun: [], continued: [] }
        const readDigest = (types: DigestTypes, after: number, limit: number) =>
          log.readDigest(types, after, limit)

        expect(await readDigest({ whole: types, streams: [] }, before, 100)).toMatchObject({
          ...nothing,
          events: all,
          last,
        })
        expect(await readDigest({ whole: [], streams: types }, before, 100)).toMatchObject({
          ...nothing,
          begun: all.filter(({ revision }) => revision === 0).map(({ stream }) => stream),
          continued: all.filter(({ revision }) => revision > 0).map(({ stream }) => stream),
          last,
        })
        expect(await readDigest({ whole: [], streams: [] }, before, 100)).toMatchObject({ ...nothing, last })
        expect(await readDigest({ whole: types, streams: [] }, all[3]!.position, 2)).toMatchObject({
          events: all.slice(4, 6),
          last: { id: all[5]!.id },
        })
        expect(await readDigest({ whole: types, streams: types }, await log.head(), 5)).toEqual({
          ...nothing,
          last: undefined,
          hasMore: false,
        })
      })

      it('reads the same of a log as of its events, however it is cut into digests', async () => {
        const before = await log.head()
        for (let n = 0; n < 40; n++) await log.append(aContext(), writesOfEveryKind(n))
        const all = await log.readAll(before, 1_000)
        const types: DigestTypes = {
          whole: ['SegmentsAdded', 'FlowDeleted'],
          streams: ['ObjectAllocated', 'ObjectReferenced', 'InstanceAdded'],
        }
        const ofAll = digestOf(all, types, false)

        for (const limit of [1, 7, 1_000]) {
          const parts: EventDigest[] = []
          for (let after = before; ; after = parts.at(-1)!.last!.position) {
            const part = await log.readDigest(types, after, limit)
            if (!part.last) break
            parts.push(part)
            expect(part.hasMore || part.last.position === all.at(-1)!.position).toBe(true)
          }
          expect(parts.flatMap(({ events }) => events)).toEqual(ofAll.events)
          for (const streams of ['begun', 'continued'] as const)
            expect(parts.flatMap((part) => part[streams]).sort()).toEqual([...ofAll[streams]].sort())
          expect(parts.at(-1)?.last).toMatchObject({ id: all.at(-1)!.id, position: all.at(-1)!.position })
        }
      })

      it('never gives a later event an earlier time', async () => {
        const before = await log.head()
        for (let n = 0; n < 10; n++) await append(aStream(), 1)
        const times = (await log.readAll(before, 100)).map(({ timeMs }) => timeMs)
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      })
    })

    describe('subscribing', () => {
      it('catches up, then goes on live, without a gap or a double while others append', async () => {
        const before = await log.head()
        const streams = Array.from({ length: 8 }, aStream)
        const appending = Promise.all(
          streams.map(async (stream) => {
            for (let n = 0; n < 40; n++) await append(stream, (n % 3) + 1)
          }),
        )
        await append(aStream(), 30)

        const seen: RecordedEvent[] = []
        const subscription = log.subscribe(before, (batch) => {
          seen.push(...batch)
        })
        await appending
        const expected = await readAfter(log, before)
        await until(() => seen.length >= expected.length)
        await subscription.stop()

        expect(seen).toEqual(expected)
      })

      it('hands over one batch at a time, and the next only when the handler is done', async () => {
        const before = await log.head()
        await append(aStream(), 3)
        const batches: (readonly RecordedEvent[])[] = []
        const releases: (() => void)[] = []
        const subscription = log.subscribe(before, (batch) => {
          batches.push(batch)
          return new Promise((resolve) => releases.push(resolve))
        })
        await until(() => batches.length === 1)
        for (let n = 0; n < 5; n++) await append(aStream(), 1)
        const expected = await readAfter(log, before)

        expect(batches).toHaveLength(1)
        while (batches.flat().length < expected.length) {
          const { length } = batches
          releases.shift()?.()
          await until(() => batches.length > length)
          expect(releases).toHaveLength(1)
        }
        releases.shift()?.()
        await subscription.stop()

        expect(batches.flat()).toEqual(expected)
      })

      it('passes over events of other types, and tells how far it has come', async () => {
        const stream = aStream()
        const before = await log.head()
        await append(stream, 3)
        const wanted = { type: 'ObjectRetired', data: { object_id: stream } } as const
        await log.append(aContext(), [{ stream, expectedRevision: 'any', events: [wanted] }])
        await append(stream, 3)
        const seen: string[] = []
        let reached = before

        const onEvents: EventHandler = (batch, position) => {
          seen.push(...batch.map(({ type, revision }) => `${type} ${revision}`))
          reached = position
        }
        const subscription = log.subscribe(before, onEvents, { types: ['ObjectRetired'] })

        await until(async () => reached === (await log.head()))
        expect(seen).toEqual(['ObjectRetired 3'])
        await log.append(aContext(), [{ stream, expectedRevision: 'any', events: [wanted, anEvent('x')] }])
        await until(async () => reached === (await log.head()) && seen.length === 2)
        expect(seen).toEqual(['ObjectRetired 3', 'ObjectRetired 7'])
        await subscription.stop()
      })

      it('finds events of types that are common beside those that are rare', async () => {
        const stream = aStream()
        const before = await log.head()
        const types = ['ObjectRetired', 'ObjectAllocated', 'ObjectReferenced', 'ServiceUpdated'] as const
        const events = [0, 1, 2].flatMap(() =>
          types.map((type) => ({ ...anEvent('x'), type }) as DomainEvent),
        )
        await log.append(aContext(), [{ stream, expectedRevision: 'any', events }])
        const seen = async (...wanted: DomainEventType[]) => {
          const revisions: number[] = []
          let reached = before
          const onEvents: EventHandler = (batch, position) => {
            revisions.push(...batch.map(({ revision }) => revision))
            reached = position
          }
          const subscription = log.subscribe(before, onEvents, { types: wanted })
          await until(async () => reached === (await log.head()))
          await subscription.stop()
          return revisions
        }

        expect(await seen('ObjectAllocated')).toEqual([1, 5, 9])
        expect(await seen('ObjectRetired', 'ObjectReferenced')).toEqual([0, 2, 4, 6, 8, 10])
        expect(await seen('ObjectRetired', 'ServiceUpdated')).toEqual([0, 3, 4, 7, 8, 11])
        expect(await seen('FlowDeleted')).toEqual([])
      })

      it('stops when told: after the running handler, and for good', async () => {
        const before = await log.head()
        await append(aStream(), 1)
        let release = (): void => {}
        let calls = 0
        let finished = false
        const subscription = log.subscribe(before, async () => {
          calls++
          await new Promise<void>((resolve) => {
            release = resolve
          })
          finished = true
        })
        await until(() => calls === 1)

        const stopped = subscription.stop().then(() => finished)
        await append(aStream(), 1)
        release()

        expect(await stopped).toBe(true)
        await expect(subscription.ended).resolves.toBeUndefined()
        expect(calls).toBe(1)
      })

      it('stops while there is nothing to hand over', async () => {
        const subscription = log.subscribe(await log.head(), () => {})
        await subscription.stop()
        await expect(subscription.ended).resolves.toBeUndefined()
      })

      it('ends with what the handler threw, and leaves other subscriptions alone', async () => {
        const before = await log.head()
        const seen: RecordedEvent[] = []
        const healthy = log.subscribe(before, (batch) => {
          seen.push(...batch)
        })
        const poisoned = log.subscribe(before, () => {
          throw new Error('poison')
        })
        const ended = expect(poisoned.ended).rejects.toThrow('poison')

        await append(aStream(), 2)
        await ended
        await append(aStream(), 1)
        await until(() => seen.length === 3)

        await poisoned.stop()
        await healthy.stop()
      })
    })

    describe('what it remembers for its consumers', () => {
      it('keeps a checkpoint for each', async () => {
        const [one, other] = [randomUUID(), randomUUID()]
        expect(await log.loadCheckpoint(one)).toBe(0)
        await log.saveCheckpoint(one, 41)
        await log.saveCheckpoint(one, 42)
        await log.saveCheckpoint(other, 7)
        expect(await log.loadCheckpoint(one)).toBe(42)
        expect(await log.loadCheckpoint(other)).toBe(7)
        await log.saveCheckpoint(one, 0)
        expect(await log.loadCheckpoint(one)).toBe(0)
      })

      it('writes a register for whoever has seen what is there', async () => {
        const [name, other] = [aStream(), aStream()]
        expect(await log.readRegister(name)).toBeUndefined()
        expect(await log.writeRegister(name, 0, 'too early')).toBeUndefined()
        expect(await log.writeRegister(name, 'none', { a: 1 })).toBe(0)
        expect(await log.writeRegister(name, 'none', 'too late')).toBeUndefined()
        expect(await log.writeRegister(name, 0, { b: ['\u{1F3AC}', null] })).toBe(1)
        expect(await log.writeRegister(name, 0, 'too late')).toBeUndefined()
        expect(await log.writeRegister(name, 2, 'too early')).toBeUndefined()
        expect(await log.writeRegister(other, 'none', 'another')).toBe(0)

        const again = await opened.reopen()
        expect(await again.readRegister(name)).toEqual({ revision: 1, value: { b: ['\u{1F3AC}', null] } })
        expect(await again.writeRegister(name, 1, 3)).toBe(2)
        expect(await log.readRegister(name)).toEqual({ revision: 2, value: 3 })
        await again.close()
      })

      it('has one of many write a register who try at once, and shows nobody', async () => {
        const name = aStream()
        const again = await opened.reopen()
        const head = await log.head()
        for (let round = 0; round < 5; round++) {
          const expected = round === 0 ? 'none' : round - 1
          const written = await Promise.all(
            Array.from({ length: 16 }, (_, n) => (n % 2 ? log : again).writeRegister(name, expected, n)),
          )
          expect(written.filter((revision) => revision !== undefined)).toEqual([round])
          expect(await log.readRegister(name)).toEqual({
            revision: round,
            value: written.indexOf(round),
          })
        }
        expect(await log.head()).toBe(head)
        expect(await log.readAll(head, 10)).toEqual([])
        await again.close()
      })

      it('keeps the newest snapshot of a stream', async () => {
        const stream = aStream()
        expect(await log.loadSnapshot(stream)).toBeUndefined()
        await log.saveSnapshot(stream, { revision: 3, state: { covered: ['[0:0_1:0)'], note: 'ü' } })
        await log.saveSnapshot(stream, { revision: 9, state: { covered: ['[0:0_9:0)'] } })
        expect(await log.loadSnapshot(stream)).toEqual({ revision: 9, state: { covered: ['[0:0_9:0)'] } })
      })
    })
  })

  it(`${adapter} has everything again after a restart`, async () => {
    const opened = await open()
    const { log } = opened
    try {
      const [stream, context, before] = [aStream(), aContext(), await log.head()]
      const write = [{ stream, expectedRevision: 'none' as const, events: someEvents(5) }]
      const first = await log.append(context, write)
      await log.saveCheckpoint('consumer', 3)
      await log.saveSnapshot(stream, { revision: 4, state: ['s'] })
      const events = await readAfter(log, before)
      await log.close()

      const again = await opened.reopen()

      expect(await readAfter(again, before)).toEqual(events)
      expect(await again.readStream(stream, 0, 10)).toEqual(events)
      expect(await again.loadCheckpoint('consumer')).toBe(3)
      expect(await again.loadSnapshot(stream)).toEqual({ revision: 4, state: ['s'] })
      expect(await again.append(context, write)).toEqual(first)
      const next = await again.append(aContext(), [{ stream, expectedRevision: 4, events: someEvents(1) }])
      expect(accepted(next).position).toBeGreaterThan(accepted(first).position)
    } finally {
      await opened.dispose()
    }
  })
}

const labelOf = (event: RecordedEvent): string => ('label' in event.data ? String(event.data.label) : '')

function accepted(result: AppendResult): Extract<AppendResult, { ok: true }> {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result)}`)
  return result
}

async function appendWithRetries(log: EventLog, stream: string, label: number): Promise<void> {
  let expectedRevision: number | 'none' = 'none'
  for (;;) {
    const result: AppendResult = await log.append(aContext(), [
      { stream, expectedRevision, events: [anEvent(label)] },
    ])
    if (result.ok) return
    expectedRevision = result.actual
  }
}

async function readAfter(log: EventLog, position: number): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for (;;) {
    const page = await log.readAll(events.at(-1)?.position ?? position, 500)
    if (page.length === 0) return events
    events.push(...page)
  }
}
