/**
 * The segments of a benchmark's flow follow one another without a gap, and everything about the n-th follows
 * from n: so a million of them can be checked one by one, and none has to be remembered.
 */

/** 90 AAC frames at 48 kHz, in hundredths of a second: no whole number of seconds, as in life. */
const SEGMENT_CENTISECONDS = 192
const NANOSECONDS_PER_CENTISECOND = 10_000_000
/** TAI, in 2025. */
const START_SECONDS = 1_763_683_200

export const objectIdAt = (flowId: string, index: number): string =>
  `${flowId}/${String(index).padStart(9, '0')}`

export const timerangeAt = (index: number): string => `[${startAt(index)}_${startAt(index + 1)})`

/** TAMS text of the instant at which the n-th segment starts. */
export const startAt = (index: number): string => timestampText(START_SECONDS, index)

/** TAMS text of how much later one starts than another before it. */
export const offsetBetween = (first: number, index: number): string => timestampText(0, index - first)

function timestampText(fromSeconds: number, segments: number): string {
  const centiseconds = segments * SEGMENT_CENTISECONDS
  const seconds = fromSeconds + Math.floor(centiseconds / 100)
  return `${seconds}:${(centiseconds % 100) * NANOSECONDS_PER_CENTISECOND}`
}
