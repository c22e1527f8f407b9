import { parseTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import { UsageFailure } from '../failure.ts'

/** @throws UsageFailure saying what is wrong with it. */
export function timerangeFlag(text: string): TimeRange {
  try {
    return parseTimeRange(text)
  } catch (cause) {
    throw new UsageFailure(`--timerange: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}
