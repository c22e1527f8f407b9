import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { TimelineEvent } from '../../../../contracts/events/timeline-events.ts'
import { coverageToJson } from '../../../../contracts/time/coverage.ts'
import { fold } from '../../../../domain/decision.ts'
import { type TimelineState, timelineAggregate } from '../../../../domain/timeline/timeline.ts'
import { openSqliteEventLog } from '../../../../services/adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { commandContext } from '../../../../services/commands/event-context.ts'
import { openStreamCache } from '../../../../services/commands/stream-cache.ts'
import { timelineStream } from '../../../../services/commands/stream-kind.ts'
import type { EventLog } from '../../../../services/ports/event-log.ts'
import { logPath, openCommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { temporaryFolder, withFolder } from '../../../support/running-service.ts'

const EVENTS = 3300
let log: EventLog
const folder = temporaryFolder()
beforeAll(() => {
  log = openSqliteEventLog({ path: logPath(folder) })
})
afterAll(async () => {
  await log.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Adds every second place, so that nothing merges, and takes every tenth away again. */
const events: readonly TimelineEvent[] = Array.from({ length: EVENTS }, (_, index): TimelineEvent => {
  const timerange = (at: number) => `[${at * 2}:0_${at * 2 + 1}:0)`
  if (index % 10 === 9) {
    const gone = timerange(index - 5)
    return { type: 'SegmentsDeleted', data: { flow_id: 'f', timerange: gone, ranges: [gone] } }
  }
  return {
    type: 'SegmentsAdded',
    data: { flow_id: 'f', segments: [{ object_id: 'a', timerange: timerange(index) }] },
  }
})
const folded = coverageToJson(fold(timelineAggregate, timelineAggregate.initial, events).coverage)

/** @returns the name of a new timeline with these events */
async function timelineOf(all: readonly DomainEvent[]): Promise<string> {
  const flow_id = randomUUID()
  const stream = timelineStream.streamOf(flow_id)
  await log.append(commandContext('request', null), [{ stream, expectedRevision: 'none', events: all }])
  return flow_id
}

const load = async (flow_id: string, from: EventLog = log) => {
  const { state, revision } = await openStreamCache(from).load(timelineStream, flow_id)
  return { coverage: coverageToJson((state as TimelineState).coverage), revision }
}

const snapshotAt = (revision: number) =>
  timelineStream.toSnapshot(fold(timelineAggregate, timelineAggregate.initial, events.slice(0, revision + 1)))

/** Counts the events that are read through it. */
function counted(inner: EventLog): EventLog & { reads: number } {
  const outer = {
    ...inner,
    reads: 0,
    readStream: async (...request: Parameters<EventLog['readStream']>) => {
      const page = await inner.readStream(...request)
      outer.reads += page.length
      return page
    },
  }
  return outer
}

describe('loading a stream', () => {
  it.each([1, 63, 64, 65, 500, 563, 564, 565, EVENTS])(
    'gives the fold of all its %i events',
    async (length) => {
      const all = events.slice(0, length)
      const { coverage } = fold(timelineAggregate, timelineAggregate.initial, all)
      expect(await load(await timelineOf(all))).toStrictEqual({
        coverage: coverageToJson(coverage),
        revision: length - 1,
      })
    },
  )

  it('gives the start for one that was never written', async () => {
    expect(await load(randomUUID())).toStrictEqual({ coverage: [], revision: 'none' })
  })

  it.each([64, 1000, EVENTS - 2, EVENTS - 1])(
    'gives the same from a snapshot at revision %i, and reads only what follows it',
    async (revision) => {
      const flow_id = await timelineOf(events)
      await log.saveSnapshot(timelineStream.streamOf(flow_id), { revision, state: snapshotAt(revision) })
      const reading = counted(log)
      expect(await load(flow_id, reading)).toStrictEqual({ coverage: folded, revision: EVENTS - 1 })
      expect(reading.reads).toBe(64 + EVENTS - 1 - revision)
    },
  )

  it('gives the same from a snapshot that is older than what it reads first', async () => {
    const flow_id = await timelineOf(events)
    await log.saveSnapshot(timelineStream.streamOf(flow_id), { revision: 10, state: snapshotAt(10) })
    expect(await load(flow_id)).toStrictEqual({ coverage: folded, revision: EVENTS - 1 })
  })

  it.each([
    ['of another shape', { version: 0, state: ['[0:0_1:0)'] }],
    ['that tells no shape', ['[0:0_1:0)']],
  ])('folds all of it rather than read a snapshot %s', async (_, state) => {
    const flow_id = await timelineOf(events)
    await log.saveSnapshot(timelineStream.streamOf(flow_id), { revision: 2000, state })
    const reading = counted(log)
    expect(await load(flow_id, reading)).toStrictEqual({ coverage: folded, revision: EVENTS - 1 })
    expect(reading.reads).toBe(EVENTS)
  })

  it('gives the same whether or not it was read with many others', async () => {
    const lengths = [1, 63, 64, 65, 600]
    const ids = await Promise.all(lengths.map((length) => timelineOf(events.slice(0, length))))
    const cache = openStreamCache(log)
    await cache.preload(timelineStream, [...ids, 'never written'])
    for (const id of [...ids, 'never written']) {
      const { state, revision } = await cache.load(timelineStream, id)
      expect({ coverage: coverageToJson((state as TimelineState).coverage), revision }).toStrictEqual(
        await load(id),
      )
    }
  })

  it('reads it once for many who ask at the same time', async () => {
    const flow_id = await timelineOf(events.slice(0, 10))
    const reading = counted(log)
    const cache = openStreamCache(reading)
    const entries = await Promise.all([1, 2, 3].map(() => cache.load(timelineStream, flow_id)))
    expect(new Set(entries).size).toBe(1)
    expect(cache.load(timelineStream, flow_id)).toBe(entries[0])
    expect(reading.reads).toBe(10)
  })

  it('reads it again once it was forgotten, or pushed out by others', async () => {
    const flow_id = await timelineOf(events.slice(0, 10))
    const cache = openStreamCache(log, 2)
    const first = await cache.load(timelineStream, flow_id)
    cache.forget(first.stream)
    const second = await cache.load(timelineStream, flow_id)
    expect(second).not.toBe(first)
    expect(second).toStrictEqual(first)
    await cache.load(timelineStream, 'x')
    await cache.load(timelineStream, 'y')
    expect(cache.current(first.stream)).toBeUndefined()
  })
})

describe('a timeline that grows by commands', () => {
  it('has a snapshot before long, and goes on the same with it and without', async () => {
    await withFolder(async (folder) => {
      const harness = await openCommandHarness(folder)
      await harness.putFlow(videoFlow('hd', 'camera'))
      await harness.allocate('hd', 'clip')
      const segment = (at: number) => ({
        object_id: 'clip',
        timerange: `[${2 * at}:0_${2 * at + 1}:0)`,
        object_timerange: '[0:0_1:0)',
        ts_offset: `${2 * at}:0`,
      })
      await Promise.all(Array.from({ length: 1100 }, (_, at) => harness.register('hd', segment(at))))
      const before = await load('hd', harness.log)
      expect(before.revision).toBe(1099)
      await harness.close()

      const again = await openCommandHarness(folder)
      const snapshot = await again.log.loadSnapshot('timeline-hd')
      expect(snapshot?.revision).toBeGreaterThanOrEqual(999)
      expect(await load('hd', again.log)).toStrictEqual(before)
      const withoutSnapshots: EventLog = { ...again.log, loadSnapshot: async () => undefined }
      expect(await load('hd', withoutSnapshots)).toStrictEqual(before)
      expect(await again.register('hd', segment(1099), segment(1100))).toStrictEqual({
        failed: [],
        registered: 2,
      })
      await again.close()
    })
  })
})

describe('a cache that is full', () => {
  it('keeps what is about to be used when it reads what is missing', async () => {
    const [used, older, ...others] = await Promise.all(
      Array.from({ length: 4 }, () => timelineOf(events.slice(0, 1))),
    )
    const cache = openStreamCache(log, 3)
    await cache.preload(timelineStream, [used!, older!])
    await cache.preload(timelineStream, [...others, used!])
    const kept = [used!, ...others].filter((id) => cache.current(timelineStream.streamOf(id)))
    expect(kept).toEqual([used, ...others])
  })
})
