import { compareTimestamps, type Timestamp } from './timestamp.ts'

/** One end of a timerange. Where a range has no bound (`null`), it goes on for ever. */
export type Bound = { readonly at: Timestamp; readonly inclusive: boolean }

// A bound cuts the timeline in two, just before or just after its timestamp: before it for `[t` and `t)`,
// after it for `(t` and `t]`. Time is dense: there is always something between two timestamps.

/** Order of two starts: negative where `a` lets its range begin earlier than `b` does. */
export function compareStarts(a: Bound | null, b: Bound | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1
  return compareTimestamps(a.at, b.at) || Number(b.inclusive) - Number(a.inclusive)
}

/** Order of two ends: negative where `a` lets its range finish earlier than `b` does. */
export function compareEnds(a: Bound | null, b: Bound | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return compareTimestamps(a.at, b.at) || Number(a.inclusive) - Number(b.inclusive)
}

/**
 * Where a range's end lies, seen from a range's start: negative with something between the two, 0 where they
 * meet with neither gap nor overlap (`2:0)` and `[2:0`), positive where the end is beyond the start.
 */
export function compareEndToStart(end: Bound | null, start: Bound | null): number {
  if (end === null || start === null) return 1
  const order = compareTimestamps(end.at, start.at)
  if (order !== 0 || end.inclusive !== start.inclusive) return order
  return end.inclusive ? 1 : -1
}
