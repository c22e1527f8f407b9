import { type Bound, compareEnds, compareEndToStart, compareStarts } from './bound.ts'
import { EMPTY, type NonEmptyRange, type TimeRange } from './timerange.ts'
import { addTimestamps, type Timestamp } from './timestamp.ts'

/** Whether some time is in both. `[1:0_2:0)` and `[2:0]` only touch: they do not overlap. */
export function overlaps(a: TimeRange, b: TimeRange): boolean {
  if (a.kind === 'empty' || b.kind === 'empty') return false
  return compareEndToStart(a.end, b.start) > 0 && compareEndToStart(b.end, a.start) > 0
}

/** The time that is in both; `EMPTY` where there is none. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange {
  if (a.kind === 'empty' || b.kind === 'empty') return EMPTY
  return rangeOrEmpty(laterStart(a, b), earlierEnd(a, b))
}

/** Whether all of `inner` is in `outer`; `EMPTY` is in everything, itself included. */
export function covers(outer: TimeRange, inner: TimeRange): boolean {
  if (inner.kind === 'empty') return true
  if (outer.kind === 'empty') return false
  return compareStarts(outer.start, inner.start) <= 0 && compareEnds(outer.end, inner.end) >= 0
}

/** Whether `a` ends exactly where `b` starts, with neither gap nor overlap. The order of the two matters. */
export function meets(a: TimeRange, b: TimeRange): boolean {
  return a.kind === 'range' && b.kind === 'range' && compareEndToStart(a.end, b.start) === 0
}

/** What is left of `a` without `b`, in order: nothing, one range, or the two on either side of `b`. */
export function subtractRange(a: TimeRange, b: TimeRange): readonly NonEmptyRange[] {
  if (a.kind === 'empty') return []
  if (b.kind === 'empty' || !overlaps(a, b)) return [a]
  const remainders: NonEmptyRange[] = []
  if (b.start !== null && compareStarts(a.start, b.start) < 0) {
    remainders.push({ kind: 'range', start: a.start, end: opposite(b.start) })
  }
  if (b.end !== null && compareEnds(a.end, b.end) > 0) {
    remainders.push({ kind: 'range', start: opposite(b.end), end: a.end })
  }
  return remainders
}

/** The smallest range that covers them all, gaps included; `EMPTY` for none. The order does not matter. */
export function extentOf(ranges: Iterable<TimeRange>): TimeRange {
  let extent: TimeRange = EMPTY
  for (const range of ranges) extent = hull(extent, range)
  return extent
}

/**
 * The range moved along the timeline by a signed length of time; unbounded sides stay so.
 * @throws InvalidTime where a bound would leave the 48 bits of TAMS seconds.
 */
export function shiftRange(range: TimeRange, by: Timestamp): TimeRange {
  if (range.kind === 'empty') return range
  return { kind: 'range', start: shiftBound(range.start, by), end: shiftBound(range.end, by) }
}

function rangeOrEmpty(start: Bound | null, end: Bound | null): TimeRange {
  return compareEndToStart(end, start) > 0 ? { kind: 'range', start, end } : EMPTY
}

function laterStart(a: NonEmptyRange, b: NonEmptyRange): Bound | null {
  return compareStarts(a.start, b.start) >= 0 ? a.start : b.start
}

function earlierEnd(a: NonEmptyRange, b: NonEmptyRange): Bound | null {
  return compareEnds(a.end, b.end) <= 0 ? a.end : b.end
}

function hull(a: TimeRange, b: TimeRange): TimeRange {
  if (a.kind === 'empty') return b
  if (b.kind === 'empty') return a
  const start = compareStarts(a.start, b.start) <= 0 ? a.start : b.start
  const end = compareEnds(a.end, b.end) >= 0 ? a.end : b.end
  return { kind: 'range', start, end }
}

/** The bound on the other side of the same cut: what starts at it is what the range beyond it ends with. */
function opposite(bound: Bound): Bound {
  return { at: bound.at, inclusive: !bound.inclusive }
}

function shiftBound(bound: Bound | null, by: Timestamp): Bound | null {
  return bound === null ? null : { at: addTimestamps(bound.at, by), inclusive: bound.inclusive }
}
