import type { Timestamp } from './timestamp.ts'

/**
 * How far TAI is ahead of UTC, seconds. Both count seconds from 1970 here, but UTC has left out the leap seconds:
 * 27 of them, and 10 s that it began with. It has been this much since 2017-01-01 (IERS Bulletin C), which is
 * before anything this service can have recorded; another leap second would need a release that knows of it, and
 * puts what is derived from this a second off until then.
 */
export const TAI_AHEAD_OF_UTC = 37

const MS = 1000
const NS_PER_MS = 1_000_000

/** The instant on a TAI timeline, as TAMS has media times, of a UTC time in whole milliseconds. */
export function taiOf(utcMs: number): Timestamp {
  const seconds = Math.floor(utcMs / MS)
  return { seconds: seconds + TAI_AHEAD_OF_UTC, nanoseconds: (utcMs - seconds * MS) * NS_PER_MS }
}
