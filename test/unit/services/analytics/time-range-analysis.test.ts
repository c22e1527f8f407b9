import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import { AUDIO } from '../../../../contracts/resources/content-format.ts'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { createAnalyticsDatabase } from '../../../../projections/analytics/analytics-database.ts'
import { analyticsWriter } from '../../../../projections/analytics/analytics-writer.ts'
import { readAnalytics } from '../../../../services/analytics/analytics-reader.ts'
import { timeRangeAnalysis } from '../../../../services/analytics/time-range-analysis.ts'
import { overlapping, plain } from '../../../support/analytics/compare-views.ts'
import { ALL, modelTimeRanges } from '../../../support/analytics/model-views.ts'
import { audioFlow } from '../../../support/flow-metadata.ts'
import { replay } from '../../../support/log-model/replay.ts'
import { timestamp } from '../../../support/random-timeranges.ts'
import { recorded } from '../../../support/recorded-events.ts'
import { withFolder } from '../../../support/running-service.ts'

const SECOND = 1_000_000_000n

type Stretch = { readonly gap: number; readonly length: number; readonly pause: number }

/** Segments of some minutes each over some hours, apart or not, begun before zero; a nanosecond counts. */
const stretches: fc.Arbitrary<readonly Stretch[]> = fc.array(
  fc.record({
    gap: fc.constantFrom(0, 0, 0, 7, 1_800, 8_000),
    length: fc.constantFrom(60, 600, 600, 3_600),
    pause: fc.constantFrom(0, 0, 1),
  }),
  { minLength: 5, maxLength: 40, size: 'max' },
)

function segmentsOf(steps: readonly Stretch[]) {
  let at = -7_000n * SECOND
  return steps.map(({ gap, length, pause }, index) => {
    const start = at + BigInt(gap) * SECOND + BigInt(pause)
    at = start + BigInt(length) * SECOND
    return {
      start,
      end: at,
      record: { object_id: `o${index % 3}`, timerange: `[${timestamp(start)}_${timestamp(at)})` },
    }
  })
}

const bound = fc
  .tuple(fc.integer({ min: -9_000, max: 60_000 }), fc.constantFrom(-1n, 0n, 1n))
  .map(([second, more]) => BigInt(second) * SECOND + more)

const ranges = fc
  .tuple(bound, bound, fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
  .filter(([a, b]) => a !== b)
  .map(([a, b, opening, closing]) => {
    const [from, to] = a < b ? [a, b] : [b, a]
    return `${opening}${timestamp(from)}_${timestamp(to)}${closing}`
  })

describe('a part of a timeline', () => {
  it('has in whole hours and the rest what a count of its segments gives, also when some have gone', async () => {
    const removed = fc.tuple(fc.nat({ max: 39 }), fc.nat({ max: 39 }), fc.constantFrom(undefined, 'o1'))
    await fc.assert(
      fc.asyncProperty(
        stretches,
        fc.boolean(),
        removed,
        fc.array(ranges, { minLength: 10, maxLength: 10 }),
        (steps, isBackwards, gone, asked) =>
          withFolder(async (folder) => {
            const events = recorded(eventsOf(steps, isBackwards, gone))
            const model = replay(events)
            const path = join(folder, 'analytics.db')
            const database = createAnalyticsDatabase(path)
            const writer = analyticsWriter(database)
            // The last one apart from what it takes away.
            writer.apply(events.slice(0, -1))
            writer.apply(events.slice(-1))
            database.close()
            for (const text of ['_', ...asked]) {
              const range = parseTimeRange(text)
              const { rows } = await readAnalytics(path, (reader) =>
                timeRangeAnalysis(
                  reader,
                  { flow_id: 'sound', tags: new Map(), range },
                  { after: '', limit: 9 },
                ),
              )
              const isMeant = text === '_' ? ALL.counts : overlapping(range)
              const expected = modelTimeRanges(model, { ...ALL, counts: isMeant }, text === '_')
              expect(plain(rows)).toEqual(plain(expected))
            }
          }),
      ),
      { numRuns: 40, endOnFailure: true },
    )
  })
})

function eventsOf(
  steps: readonly Stretch[],
  isBackwards: boolean,
  [a, b, object_id]: readonly [number, number, string | undefined],
): readonly DomainEvent[] {
  const segments = segmentsOf(steps)
  const records = segments.map(({ record }) => record)
  const flow_id = 'sound'
  const flow = audioFlow(flow_id, 'microphone')
  const going = segments
    .slice(Math.min(a, b), Math.max(a, b) + 1)
    .filter(({ record }) => (object_id ?? record.object_id) === record.object_id)
  const [first, last] = [going[0], going.at(-1)]
  const added = (some: typeof records): DomainEvent => ({
    type: 'SegmentsAdded',
    data: { flow_id, segments: some },
  })
  const middle = Math.floor(records.length / 2)
  const halves = [records.slice(0, middle), records.slice(middle)]
  return [
    { type: 'SourceCreated', data: { source: { id: 'microphone', format: AUDIO } } },
    { type: 'FlowAttached', data: { source_id: 'microphone', flow_id } },
    { type: 'FlowCreated', data: { flow } },
    ...(isBackwards ? halves.reverse() : halves).map(added),
    ...(first && last
      ? [
          {
            type: 'SegmentsDeleted',
            data: {
              flow_id,
              timerange: `[${timestamp(first.start)}_${timestamp(last.end)})`,
              ...(object_id !== undefined && { object_id }),
              ranges: going.map(({ record }) => record.timerange),
            },
          } as const,
        ]
      : []),
  ]
}
