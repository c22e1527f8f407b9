import type { Bound } from './bound.ts'
import type { NonEmptyRange } from './timerange.ts'

/**
 * Disjoint ranges in order, as plain numbers, four to a range: 32 bytes that the garbage collector need not
 * look into, a sixth of what the same range takes in objects.
 *
 * Each side of a range is a cut through the timeline, just before or just after a timestamp, written as two
 * numbers: the seconds, then twice the nanoseconds, plus one where the cut is after the timestamp. So `[2:0`
 * and `2:0)` are the same cut (2, 0), `(2:0` and `2:0]` are the next one (2, 1), unbounded is an infinity,
 * and every question about clusivity becomes a comparison of numbers.
 */
export type Cuts = readonly number[]

/** Numbers to a range. */
export const STRIDE = 4

/** Where the cut of each side is in a range's four numbers. */
export type Side = typeof START | typeof END
export const START = 0
export const END = 2

export function cutsOf({ start, end }: NonEmptyRange): Cuts {
  return [
    start === null ? -Infinity : start.at.seconds,
    start === null ? 0 : 2 * start.at.nanoseconds + (start.inclusive ? 0 : 1),
    end === null ? Infinity : end.at.seconds,
    end === null ? 0 : 2 * end.at.nanoseconds + (end.inclusive ? 1 : 0),
  ]
}

/** The range whose four numbers begin at `index`. */
export function rangeAt(cuts: Cuts, index: number): NonEmptyRange {
  return { kind: 'range', start: boundAt(cuts, index + START, 0), end: boundAt(cuts, index + END, 1) }
}

/** Whether the cut at index `i` of `a` is before the one at index `j` of `b`. */
export function isBefore(a: Cuts, i: number, b: Cuts, j: number): boolean {
  return a[i]! < b[j]! || (a[i] === b[j] && a[i + 1]! < b[j + 1]!)
}

/** Whether the cut at index `i` of `a` is beyond the one at index `j` of `b`, or at it where `orAt`. */
export function isBeyond(a: Cuts, i: number, b: Cuts, j: number, orAt: boolean): boolean {
  return orAt ? !isBefore(a, i, b, j) : isBefore(b, j, a, i)
}

/**
 * Index of the first range whose `side` is beyond the cut at index `at` of `cut` (or at it, where `orAt`);
 * the length of `cuts` if there is none. O(log n), and O(1) if there is none: media mostly arrives in order.
 */
export function firstBeyond(cuts: Cuts, side: Side, cut: Cuts, at: Side, orAt: boolean): number {
  let high = cuts.length / STRIDE - 1
  if (high < 0 || !isBeyond(cuts, high * STRIDE + side, cut, at, orAt)) return cuts.length
  let low = 0
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isBeyond(cuts, middle * STRIDE + side, cut, at, orAt)) high = middle
    else low = middle + 1
  }
  return low * STRIDE
}

function boundAt(cuts: Cuts, index: number, includedParity: 0 | 1): Bound | null {
  const seconds = cuts[index]!
  const place = cuts[index + 1]!
  if (!Number.isFinite(seconds)) return null
  return { at: { seconds, nanoseconds: place >>> 1 }, inclusive: (place & 1) === includedParity }
}
