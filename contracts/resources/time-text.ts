import { z } from 'zod'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../time/timerange.ts'
import { formatTimestamp, InvalidTime, parseTimestamp, type Timestamp } from '../time/timestamp.ts'

const TIMESTAMP = '-?(0|[1-9][0-9]*):(0|[1-9][0-9]{0,8})'

// Times stay text in resources and events, but only ever the canonical text of a value that was understood,
// so that equal times are equal texts.

export const TimestampText = timestampText().meta({
  id: 'Timestamp',
  description: 'Seconds and nanoseconds, `{sign?}{seconds}:{nanoseconds}`; TAI where it is an instant.',
  examples: ['0:40000000', '1694429247:0'],
})

export const TimeRangeText = timeRangeText().meta({
  id: 'TimeRange',
  description:
    'A stretch of a timeline: `[` and `]` include a bound, `(` and `)` exclude it, a bound left out is ' +
    'without limit. `[0:0_10:0)` is ten seconds, `[5:0]` an instant, `_` everything, `()` nothing.',
  examples: ['[0:0_10:0)', '_', '()'],
})

/** UTC, to the millisecond: when something was done to a resource. */
export const DateTimeText = z.iso.datetime({ offset: true }).meta({ examples: ['2026-11-21T03:30:00.000Z'] })

/** @param refuse says what is wrong with a well-formed timestamp, in words that follow the field's name. */
export function timestampText(refuse?: (value: Timestamp) => string | undefined) {
  return z
    .string()
    .check(canonical(parseTimestamp, formatTimestamp, refuse))
    .meta({ pattern: `^${TIMESTAMP}$` })
}

/** @param refuse says what is wrong with a well-formed timerange, in words that follow the field's name. */
export function timeRangeText(refuse?: (value: TimeRange) => string | undefined) {
  return z
    .string()
    .check(canonical(parseTimeRange, formatTimeRange, refuse))
    .meta({ pattern: `^(\\[|\\()?(${TIMESTAMP})?(_(${TIMESTAMP})?)?(\\]|\\))?$` })
}

function canonical<T>(
  parse: (text: string) => T,
  format: (value: T) => string,
  refuse: ((value: T) => string | undefined) | undefined,
) {
  return (payload: z.core.ParsePayload<string>): void => {
    const input = payload.value
    try {
      const value = parse(input)
      const message = refuse?.(value)
      if (message === undefined) payload.value = format(value)
      else payload.issues.push({ code: 'custom', message, input })
    } catch (error) {
      if (!(error instanceof InvalidTime)) throw error
      payload.issues.push({ code: 'custom', message: error.message, input })
    }
  }
}
