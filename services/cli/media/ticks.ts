import type { Timestamp } from '../../../contracts/time/timestamp.ts'

const SECOND_NS = 1_000_000_000n

/**
 * The one place where container time becomes TAMS time: the nearest nanosecond, halves towards later.
 *
 * It is always given a place on a timeline, never a length of time. So one tick has one timestamp wherever it
 * appears, and where one segment's last sample ends on the tick at which the next one starts, their timeranges
 * meet exactly, although a tick of 1/90000 s is no whole number of nanoseconds. The rounding is at most half a
 * nanosecond: the tick can be recovered for any timescale below 1 GHz.
 */
export function timestampOfTicks(ticks: bigint, timescale: number): Timestamp {
  const scale = BigInt(timescale)
  const nanoseconds = floorDivide(2n * ticks * SECOND_NS + scale, 2n * scale)
  const seconds = floorDivide(nanoseconds, SECOND_NS)
  return { seconds: Number(seconds), nanoseconds: Number(nanoseconds - seconds * SECOND_NS) }
}

/** Division rounded towards minus infinity; `divisor` is positive. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  return dividend % divisor < 0n ? quotient - 1n : quotient
}
