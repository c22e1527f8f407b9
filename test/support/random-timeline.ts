import fc from 'fast-check'
import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import type { Timestamp } from '../../contracts/time/timestamp.ts'

/** Places are numbers; three to a second: it, the nanosecond after, and the nanosecond before the next. */
const PLACES = 60
const FIRST_SECOND = -10

const at = (place: number): Timestamp => ({
  seconds: FIRST_SECOND + Math.floor(place / 3),
  nanoseconds: [0, 1, 999_999_999][place % 3]!,
})

const place = fc.nat({ max: PLACES - 1 })
const bound = fc.record({ place, inclusive: fc.boolean() })
const side = fc.option(bound, { nil: undefined, freq: 8 })

/** A timerange over the same few seconds, of any clusivity; sometimes without bound, sometimes empty. */
export const anyRange: fc.Arbitrary<TimeRange> = fc.tuple(side, side).map(([a, b]) => {
  const [start, end] = a && b && a.place > b.place ? [b, a] : [a, b]
  const opening = start ? (start.inclusive ? '[' : '(') : ''
  const closing = end ? (end.inclusive ? ']' : ')') : ''
  if (start && end && start.place === end.place && !(start.inclusive && end.inclusive)) {
    return { kind: 'empty' }
  }
  return parseTimeRange(`${opening}${text(start?.place)}_${text(end?.place)}${closing}`)
})

const text = (of: number | undefined): string => {
  if (of === undefined) return ''
  const range = formatTimeRange({
    kind: 'range',
    start: { at: at(of), inclusive: true },
    end: { at: at(of), inclusive: true },
  })
  return range.slice(1, -1)
}

export const OBJECTS = ['a', 'b', 'c'] as const
export const anyObject = fc.constantFrom(...OBJECTS)

/** Segments that do not overlap, in order of time: contiguous, apart, and instants. */
export const timeline: fc.Arbitrary<readonly SegmentRecord[]> = fc
  .array(
    fc.record({
      gap: fc.constantFrom(0, 0, 0, 1, 2, 5),
      length: fc.constantFrom(0, 1, 1, 2, 3, 7),
      endsInclusive: fc.boolean(),
      object_id: anyObject,
    }),
    { maxLength: 20 },
  )
  .map((steps) => {
    const segments: SegmentRecord[] = []
    let next = 0
    for (const { gap, length, endsInclusive, object_id } of steps) {
      const start = next + gap
      const end = start + length
      if (end >= PLACES) break
      const isInstant = length === 0
      const timerange = isInstant
        ? `[${text(start)}]`
        : `[${text(start)}_${text(end)}${endsInclusive ? ']' : ')'}`
      segments.push({ object_id, timerange })
      next = isInstant || endsInclusive ? end + 1 : end
    }
    return segments
  })
