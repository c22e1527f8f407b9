import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { SegmentRecord } from '../../../../contracts/events/timeline-events.ts'
import {
  formatTimeRange,
  instantRange,
  parseTimeRange,
  type TimeRange,
} from '../../../../contracts/time/timerange.ts'
import { covers, extentOf, overlaps } from '../../../../contracts/time/timerange-algebra.ts'
import { rowTimeRange } from '../../../../projections/catalog/segment-row.ts'
import type { SegmentPageRow } from '../../../../services/catalog/segment-page-row.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { anyObject, anyRange, timeline } from '../../../support/random-timeline.ts'

const RUNS = 400

const catalog = catalogOfEvents()
afterAll(() => catalog.close())

let flows = 0
/** All in one catalog: what is asked of a flow has to leave the others out. */
function flowWith(segments: readonly SegmentRecord[]): string {
  const flow_id = `flow ${flows++}`
  if (segments.length > 0) add(flow_id, ...segments.toReversed())
  return flow_id
}

const add = (flow_id: string, ...segments: SegmentRecord[]) =>
  catalog.add({ type: 'SegmentsAdded', data: { flow_id, segments } })

const remove = (flow_id: string, { timerange }: SegmentRecord) =>
  catalog.add({ type: 'SegmentsDeleted', data: { flow_id, timerange, ranges: [timerange] } })

const recordOf = (row: SegmentPageRow): SegmentRecord => ({ object_id: row[5], timerange: rowTimeRange(row) })
const rangeOf = ({ timerange }: SegmentRecord): TimeRange => parseTimeRange(timerange)

type Question = {
  readonly flow_id: string
  readonly range: TimeRange
  readonly object_id?: string
  readonly reverse: boolean
}

/** Reads page after page, each of another size; `between` happens after each. */
function readAll(question: Question, limits: readonly number[], between = () => {}): SegmentRecord[] {
  const found: SegmentRecord[] = []
  let from: readonly [number, number] | undefined
  for (let page = 0; ; page++) {
    const limit = limits[page % limits.length]!
    const { rows, next } = catalog.reader.page({ ...question, limit, ...(from && { from }) })
    expect(rows.length).toBeLessThanOrEqual(limit)
    if (next) expect(rows).toHaveLength(limit)
    found.push(...rows.map(recordOf))
    if (!next) return found
    from = next
    between()
  }
}

const question = fc.record({
  segments: timeline,
  range: anyRange,
  object_id: fc.option(anyObject, { nil: undefined }),
  reverse: fc.boolean(),
  limits: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
})

describe('reading segments page by page', () => {
  it('gives those that overlap the range, in order, whatever the pages', () => {
    fc.assert(
      fc.property(question, ({ segments, range, object_id, reverse, limits }) => {
        const flow_id = flowWith(segments)
        const asked = { flow_id, range, reverse, ...(object_id !== undefined && { object_id }) }
        const wanted = segments.filter(
          (segment) =>
            overlaps(rangeOf(segment), range) && (object_id ?? segment.object_id) === segment.object_id,
        )
        expect(readAll(asked, limits)).toStrictEqual(reverse ? wanted.toReversed() : wanted)
      }),
      { numRuns: RUNS },
    )
  })

  it('neither skips nor repeats what is there throughout, while others come and go', () => {
    const changes = fc.array(fc.record({ isAdded: fc.boolean(), index: fc.nat() }), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(question, changes, ({ segments, range, reverse, limits }, steps) => {
        const present = new Set(segments.filter((_, index) => index % 2 === 0))
        const absent = new Set(segments.filter((segment) => !present.has(segment)))
        const flow_id = flowWith([...present])
        const throughout = new Set(present)
        const ever = new Set(present)
        let step = 0
        const change = () => {
          const { isAdded, index } = steps[step++ % steps.length]!
          const [source, target] = isAdded ? [absent, present] : [present, absent]
          const segment = [...source][index % Math.max(1, source.size)]
          if (!segment) return
          source.delete(segment)
          target.add(segment)
          throughout.delete(segment)
          ever.add(segment)
          if (isAdded) add(flow_id, segment)
          else remove(flow_id, segment)
        }

        const found = readAll({ flow_id, range, reverse }, limits, change).map(({ timerange }) => timerange)
        const inOrder = (some: Set<SegmentRecord>) => {
          const kept = segments.filter((segment) => some.has(segment) && overlaps(rangeOf(segment), range))
          return (reverse ? kept.toReversed() : kept).map(({ timerange }) => timerange)
        }
        expect(found).toStrictEqual(inOrder(ever).filter((timerange) => found.includes(timerange)))
        expect(found).toEqual(expect.arrayContaining(inOrder(throughout)))
      }),
      { numRuns: RUNS },
    )
  })

  it('goes on from any key, and never out of the range', () => {
    const key = fc.tuple(fc.integer({ min: -12, max: 12 }), fc.constantFrom(0, 1, 999_999_999))
    fc.assert(
      fc.property(question, key, ({ segments, range, reverse }, from) => {
        const asked = { flow_id: flowWith(segments), range, reverse, limit: 100, from }
        const at = instantRange({ seconds: from[0], nanoseconds: from[1] })
        const onwards: TimeRange = reverse ? { ...at, start: null } : { ...at, end: null }
        const wanted = segments.filter(
          (segment) => overlaps(rangeOf(segment), range) && covers(onwards, startOf(rangeOf(segment))),
        )
        const { rows } = catalog.reader.page(asked)
        expect(rows.map(recordOf)).toStrictEqual(reverse ? wanted.toReversed() : wanted)
      }),
      { numRuns: RUNS },
    )
  })

  it('ends where the last page is just full', () => {
    const segments = [0, 1, 2, 3].map((second) => ({
      object_id: 'a',
      timerange: `[${second}:0_${second + 1}:0)`,
    }))
    const asked = { flow_id: flowWith(segments), range: parseTimeRange('_'), reverse: false }
    expect(catalog.reader.page({ ...asked, limit: 4 })).toMatchObject({ next: undefined })
    expect(catalog.reader.page({ ...asked, limit: 3 })).toMatchObject({ next: [3, 0] })
  })

  it.each([
    '(281474976710655:999999999_',
    '_-281474976710655:999999999)',
    '[-281474976710655:999999999_281474976710655:999999999]',
    '(-281474976710655:999999999_281474976710655:999999999)',
  ])('is exact at the ends of time: %s', (text) => {
    const segments = ['[-281474976710655:999999999]', '[0:0]', '[281474976710655:999999999]'].map(
      (timerange) => ({
        object_id: 'a',
        timerange,
      }),
    )
    const range = parseTimeRange(text)
    const asked = { flow_id: flowWith(segments), range, reverse: false }
    expect(readAll(asked, [1])).toStrictEqual(segments.filter((segment) => overlaps(rangeOf(segment), range)))
  })

  it('has nothing to tell of a flow that never had any', () => {
    const asked = { flow_id: 'nothing', range: parseTimeRange('_'), reverse: false, limit: 10 }
    expect(catalog.reader.page(asked)).toStrictEqual({ rows: [], next: undefined })
  })
})

describe('looking for segments', () => {
  it('finds those wholly within a range, oldest first, up to a limit', () => {
    fc.assert(
      fc.property(question, ({ segments, range, object_id, limits }) => {
        const flow_id = flowWith(segments)
        const wanted = segments.filter(
          (segment) =>
            covers(range, rangeOf(segment)) && (object_id ?? segment.object_id) === segment.object_id,
        )
        const [limit = 1] = limits
        expect(catalog.reader.segmentsWithin(flow_id, range, object_id, limit)).toStrictEqual(
          wanted.slice(0, limit),
        )
      }),
      { numRuns: RUNS },
    )
  })

  it('finds the extent of those that overlap a range', () => {
    fc.assert(
      fc.property(timeline, anyRange, (segments, range) => {
        const extent = catalog.reader.extent(flowWith(segments), range)
        const wanted = extentOf(segments.map(rangeOf).filter((each) => overlaps(each, range)))
        expect(formatTimeRange(extent)).toBe(formatTimeRange(wanted))
      }),
      { numRuns: RUNS },
    )
  })

  it('finds the one that starts where a range does, and no other', () => {
    fc.assert(
      fc.property(timeline, anyRange, (segments, range) => {
        const flow_id = flowWith(segments)
        const at = range.kind === 'range' && range.start ? instantRange(range.start.at) : range
        const wanted = segments.find(
          (segment) => formatTimeRange(startOf(rangeOf(segment))) === formatTimeRange(at),
        )
        expect(catalog.reader.segmentAt(flow_id, range)).toStrictEqual(wanted)
      }),
      { numRuns: RUNS },
    )
  })

  it('gives back everything that was said of one', () => {
    const full: SegmentRecord = {
      object_id: 'a',
      timerange: '[0:0_1:0)',
      ts_offset: '-5:1',
      last_duration: '0:0',
      sample_offset: 0,
      sample_count: 1,
    }
    expect(catalog.reader.segmentAt(flowWith([full]), rangeOf(full))).toStrictEqual(full)
  })
})

function startOf(range: TimeRange): TimeRange {
  if (range.kind === 'empty' || !range.start) throw new Error('a segment has a start')
  return instantRange(range.start.at)
}
