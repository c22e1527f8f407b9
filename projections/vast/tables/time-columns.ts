import { TAI_AHEAD_OF_UTC } from '../../../contracts/time/tai.ts'
import { isEmpty, parseTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import type { RowOf } from './column.ts'

/**
 * A timerange, in the columns that programs compare. `start_s` with `start_ns` and `start` say the same: two exact
 * integers, whose order is the timeline's, and one exact decimal to reckon with. `start_utc` is for people, and
 * for charts by the hour: to the microsecond, of timelines that count TAI, and null where no calendar goes.
 */
export const timerangeColumns = {
  timerange: 'text',
  start_s: 'integer',
  start_ns: 'small',
  end_s: 'integer',
  end_ns: 'small',
  end_inclusive: 'boolean',
  start: 'seconds',
  end: 'seconds',
  duration: 'seconds',
  start_utc: 'time_us',
  end_utc: 'time_us',
} as const

export type TimerangeRow = RowOf<typeof timerangeColumns>

const NOWHERE: TimerangeRow = {
  timerange: null,
  start_s: null,
  start_ns: null,
  end_s: null,
  end_ns: null,
  end_inclusive: null,
  start: null,
  end: null,
  duration: null,
  start_utc: null,
  end_utc: null,
}

/** @param text canonical */
export const timerangeRow = (text: string | null | undefined): TimerangeRow =>
  typeof text === 'string' ? rowOfRange(text, parseTimeRange(text)) : NOWHERE

/** The same, of a range with both ends. @param text the range's */
export function boundedRow(
  text: string,
  start: Timestamp,
  end: Timestamp,
  end_inclusive: boolean,
): TimerangeRow {
  return {
    timerange: text,
    start_s: start.seconds,
    start_ns: start.nanoseconds,
    end_s: end.seconds,
    end_ns: end.nanoseconds,
    end_inclusive,
    start,
    end,
    duration: durationBetween(start, end),
    start_utc: utcOf(start),
    end_utc: utcOf(end),
  }
}

/** UTC in microseconds of an instant in TAI; null before the year 1 and after 9999. */
export function utcOf({ seconds, nanoseconds }: Timestamp): number | bigint | null {
  const utc = seconds - TAI_AHEAD_OF_UTC
  if (utc < YEAR_1 || utc >= YEAR_10000) return null
  const microseconds = utc * 1_000_000 + Math.floor(nanoseconds / 1_000)
  // A double counts microseconds until 2255.
  if (Number.isSafeInteger(microseconds)) return microseconds
  return BigInt(utc) * 1_000_000n + BigInt(Math.floor(nanoseconds / 1_000))
}

/** Seconds from 1970. */
const YEAR_1 = -62_135_596_800
const YEAR_10000 = 253_402_300_800

function rowOfRange(text: string, range: TimeRange): TimerangeRow {
  if (isEmpty(range)) return { ...NOWHERE, timerange: text }
  const { start, end } = range
  if (start && end) return boundedRow(text, start.at, end.at, end.inclusive)
  return {
    ...NOWHERE,
    timerange: text,
    start_s: start?.at.seconds ?? null,
    start_ns: start?.at.nanoseconds ?? null,
    end_s: end?.at.seconds ?? null,
    end_ns: end?.at.nanoseconds ?? null,
    end_inclusive: end?.inclusive ?? null,
    start: start?.at ?? null,
    end: end?.at ?? null,
    start_utc: start ? utcOf(start.at) : null,
    end_utc: end ? utcOf(end.at) : null,
  }
}

/** It may be twice as long as any time of TAMS is far from 0:0. */
function durationBetween(start: Timestamp, end: Timestamp): Timestamp {
  const nanoseconds = end.nanoseconds - start.nanoseconds
  const seconds = end.seconds - start.seconds
  return nanoseconds < 0
    ? { seconds: seconds - 1, nanoseconds: nanoseconds + 1_000_000_000 }
    : { seconds, nanoseconds }
}
