import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { Timestamp } from '../../contracts/time/timestamp.ts'

/** The first and last nanosecond of a timerange, counted from 0:0. */
export type Instants = { readonly first: bigint; readonly last: bigint }

/** @throws where the range is empty or has a side without bound, as no segment has. */
export function instantsOf(timerange: string): Instants {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error(`${timerange} is no segment's`)
  const { start, end } = range
  return {
    first: nanoseconds(start.at) + (start.inclusive ? 0n : 1n),
    last: nanoseconds(end.at) - (end.inclusive ? 0n : 1n),
  }
}

export const nanoseconds = (at: Timestamp): bigint =>
  BigInt(at.seconds) * 1_000_000_000n + BigInt(at.nanoseconds)
