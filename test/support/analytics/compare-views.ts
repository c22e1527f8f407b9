import type { TimeRange } from '../../../contracts/time/timerange.ts'
import { instantsOf, nanoseconds } from '../instants.ts'
import type { ModelSegment } from '../log-model/model.ts'

/** Whole numbers of any type as bigint. */
export const plain = (rows: readonly object[]) =>
  rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
    ),
  )

/** Whether a segment has some time in common with the range. */
export const overlapping = (range: TimeRange) => (segment: ModelSegment) => {
  if (range.kind === 'empty') return false
  const start = range.start && nanoseconds(range.start.at) * 2n + (range.start.inclusive ? 0n : 1n)
  const end = range.end && nanoseconds(range.end.at) * 2n - (range.end.inclusive ? 0n : 1n)
  // In half nanoseconds, since time is dense: `first` is included, and what is excluded ends before.
  const { first } = segment
  const last = 2n * endOf(segment) - (segment.timerange.endsWith(')') ? 1n : 0n)
  return (start === null || last >= start) && (end === null || 2n * first <= end)
}

const endOf = ({ timerange }: ModelSegment): bigint => {
  const { last } = instantsOf(timerange)
  return timerange.endsWith(')') ? last + 1n : last
}
