import type { NonEmptyRange } from '../../contracts/time/timerange.ts'
import type { Timestamp } from '../../contracts/time/timestamp.ts'

/** An instant as the catalog sorts it. */
export type TimeKey = readonly [seconds: number, nanoseconds: number]

/** The first and the last instant of a range: nanoseconds are whole, so every bound can be an included one. */
export const timeKeys = ({
  start,
  end,
}: NonEmptyRange): { readonly first: TimeKey; readonly last: TimeKey } => ({
  first: start ? (start.inclusive ? keyOf(start.at) : nanosecondAfter(start.at)) : BEFORE_ALL,
  last: end ? (end.inclusive ? keyOf(end.at) : nanosecondBefore(end.at)) : AFTER_ALL,
})

export const compareKeys = (a: TimeKey, b: TimeKey): number => a[0] - b[0] || a[1] - b[1]

/** Beyond any instant TAMS can name: seconds have 48 bits. */
export const BEFORE_ALL: TimeKey = [-(2 ** 49), 0]
export const AFTER_ALL: TimeKey = [2 ** 49, 0]

const MAX_NANOSECONDS = 999_999_999

const keyOf = ({ seconds, nanoseconds }: Timestamp): TimeKey => [seconds, nanoseconds]

// Keys may lie where no timestamp can: just beyond the first and the last of all.

const nanosecondAfter = ({ seconds, nanoseconds }: Timestamp): TimeKey =>
  nanoseconds === MAX_NANOSECONDS ? [seconds + 1, 0] : [seconds, nanoseconds + 1]

const nanosecondBefore = ({ seconds, nanoseconds }: Timestamp): TimeKey =>
  nanoseconds === 0 ? [seconds - 1, MAX_NANOSECONDS] : [seconds, nanoseconds - 1]
