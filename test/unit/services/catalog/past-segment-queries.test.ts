import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { SegmentRecord } from '../../../../contracts/events/timeline-events.ts'
import { formatTimeRange, parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { openCatalogForReading } from '../../../../projections/catalog/catalog-database.ts'
import { PastOutOfReach, pastSegmentQueries } from '../../../../services/catalog/past-segment-queries.ts'
import type { SegmentPageRow } from '../../../../services/catalog/segment-page-row.ts'
import type { SegmentQueries } from '../../../../services/catalog/segment-queries.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { anyObject, anyRange, timeline } from '../../../support/random-timeline.ts'

type Question = Omit<Parameters<SegmentQueries['page']>[0], 'limit'>

/** Reads page after page, each of another size; some may be short. */
function readAll(
  page: (request: Parameters<SegmentQueries['page']>[0]) => ReturnType<SegmentQueries['page']>,
  question: Question,
  limits: readonly number[],
): SegmentPageRow[] {
  const found: SegmentPageRow[] = []
  let from: readonly [number, number] | undefined
  for (let number = 0; ; number++) {
    const limit = limits[number % limits.length]!
    const { rows, next } = page({ ...question, limit, ...(from && { from }) })
    expect(rows.length).toBeLessThanOrEqual(limit)
    found.push(...rows)
    if (!next) return found
    from = next
    expect(number).toBeLessThan(10_000)
  }
}

/** What happens to a timeline: segments come, a whole timeline's worth at a time, and go again. */
const history = fc.array(
  fc.record({ segments: timeline, isRemovedByObject: fc.boolean(), stays: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 6,
  },
)

type Step = typeof history extends fc.Arbitrary<readonly (infer S)[]> ? S : never

const eventsOf = (steps: readonly Step[]): readonly DomainEvent[] =>
  steps.flatMap(({ segments, isRemovedByObject, stays }, index) => {
    if (segments.length === 0) return []
    const added = segments.map(
      (segment): DomainEvent => ({
        type: 'SegmentsAdded',
        data: { flow_id: 'f', segments: [segment] },
      }),
    )
    if (stays && index === steps.length - 1) return added
    const objects = [...new Set(segments.map(({ object_id }) => object_id))]
    const groups = isRemovedByObject
      ? objects.map((object_id) => segments.filter((segment) => segment.object_id === object_id))
      : [segments]
    return [...added, ...groups.map((group) => removal(group, isRemovedByObject))]
  })

function removal(group: readonly SegmentRecord[], byObject: boolean): DomainEvent {
  const ranges = group.map(({ timerange }) => timerange)
  const first = parseTimeRange(ranges[0]!)
  const last = parseTimeRange(ranges.at(-1)!)
  if (first.kind === 'empty' || last.kind === 'empty') throw new Error('a segment has a timerange')
  const timerange = formatTimeRange({ ...last, start: first.start })
  const object = byObject ? { object_id: group[0]!.object_id } : {}
  return { type: 'SegmentsDeleted', data: { flow_id: 'f', timerange, ranges, ...object } }
}

const question = fc.record({
  range: anyRange,
  object_id: fc.option(anyObject, { nil: undefined }),
  reverse: fc.boolean(),
  limits: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  rowsAtOnce: fc.constantFrom(1, 2, 3, 5, 2000),
})

describe('reading the segments of the past', () => {
  it('gives, page by page, what was there at each position, however little is looked at in a step', () => {
    fc.assert(
      fc.property(history, fc.array(question, { minLength: 4, maxLength: 8 }), (steps, questions) => {
        const events = eventsOf(steps)
        const whole = catalogOfEvents(...events)
        for (const { range, object_id, reverse, limits, at, rowsAtOnce } of questions) {
          const position = Math.round(at * events.length)
          const then = catalogOfEvents(...events.slice(0, position))
          const database = openCatalogForReading(join(whole.folder, 'catalog.db'))
          const past = pastSegmentQueries(database, rowsAtOnce)
          const asked = { flow_id: 'f', range, reverse, ...(object_id !== undefined && { object_id }) }
          const wanted = readAll(then.reader.page, asked, limits)
          expect(readAll((request) => past.pastPage(request, position), asked, limits)).toStrictEqual(wanted)
          expect(formatTimeRange(past.pastExtent('f', range, position))).toBe(
            formatTimeRange(then.reader.extent('f', range)),
          )
          database.close()
          then.close()
        }
        whole.close()
      }),
      { numRuns: 40 },
    )
  })

  it('passes over any number of segments of other times, in pages that may be empty', () => {
    const catalog = catalogOfEvents()
    const count = 40_000
    const segments = Array.from({ length: count }, (_, second) => ({
      object_id: 'a',
      timerange: `[0:${second * 10}_0:${second * 10 + 10})`,
    }))
    catalog.add({
      type: 'SegmentsAdded',
      data: { flow_id: 'f', segments: [{ object_id: 'b', timerange: '[9:0_10:0)' }] },
    })
    catalog.add({ type: 'SegmentsAdded', data: { flow_id: 'f', segments } })
    const asked = { flow_id: 'f', range: parseTimeRange('_'), reverse: false, limit: 10 }

    const first = catalog.reader.pastPage(asked, 1)
    const all = readAll((request) => catalog.reader.pastPage(request, 1), asked, [10])

    expect(first).toStrictEqual({ rows: [], next: [0, 160_000] })
    expect(all.map((row) => row[5])).toStrictEqual(['b'])
    expect(formatTimeRange(catalog.reader.pastExtent('f', asked.range, 1))).toBe('[9:0_10:0)')
    catalog.close()
  })

  it('says so where one segment is too far to be looked for', () => {
    const catalog = catalogOfEvents(
      ...Array.from(
        { length: 30 },
        (_, index): DomainEvent => ({
          type: 'SegmentsAdded',
          data: {
            flow_id: 'f',
            segments: Array.from({ length: 40 }, (_, n) => ({
              object_id: 'a',
              timerange: `[0:${index * 40 + n}]`,
            })),
          },
        }),
      ),
    )
    const database = openCatalogForReading(join(catalog.folder, 'catalog.db'))
    const past = pastSegmentQueries(database, 1)
    expect(() => past.pastExtent('f', parseTimeRange('_'), 0)).not.toThrow()
    catalog.add({
      type: 'SegmentsAdded',
      data: { flow_id: 'f', segments: [{ object_id: 'b', timerange: '[1:0]' }] },
    })
    expect(() => past.pastExtent('f', parseTimeRange('[0:0_2:0)'), 1)).toThrow(PastOutOfReach)
    database.close()
    catalog.close()
  })
})
