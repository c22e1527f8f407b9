/**
 * An instant on a timeline, or a signed length of time: `seconds + nanoseconds / 1e9`.
 *
 * Both are integers and `nanoseconds` is never negative (0 to 999 999 999), so minus 5 ns is
 * `{ seconds: -1, nanoseconds: 999_999_995 }` and order is by seconds, then nanoseconds. The value lies
 * strictly between -2^48 s and 2^48 s: the seconds of PTP, which TAMS takes its format from, have 48 bits.
 */
export type Timestamp = { readonly seconds: number; readonly nanoseconds: number }

/** A text that is no TAMS time, or a calculation that leaves the 48 bits: what a caller sent is at fault. */
export class InvalidTime extends Error {
  override readonly name = 'InvalidTime'
}

export const ZERO: Timestamp = { seconds: 0, nanoseconds: 0 }

/**
 * Reads `{sign?}{seconds}:{nanoseconds}`. The sign belongs to the whole value: `-1:5` is minus 1.000000005 s.
 * @throws InvalidTime saying what is wrong with the text.
 * @see TAMS 8.2 timestamp.json and AppNote 0008
 */
export function parseTimestamp(text: string): Timestamp {
  return parseTimestampWithin(text, 0, text.length)
}

/** As `parseTimestamp`, for the part of `text` from index `from` up to, not including, index `to`. */
export function parseTimestampWithin(text: string, from: number, to: number): Timestamp {
  const isNegative = text.charCodeAt(from) === MINUS
  const colon = text.indexOf(':', from)
  const seconds = readDigits(text, isNegative ? from + 1 : from, colon)
  const nanoseconds = readDigits(text, colon + 1, to)
  const isValid = seconds >= 0 && seconds < SECONDS_LIMIT && nanoseconds >= 0 && nanoseconds < SECOND_NS
  if (!isValid) throw new InvalidTime(faultOf(text.slice(from, to)))
  return isNegative ? negateTimestamp({ seconds, nanoseconds }) : { seconds, nanoseconds }
}

/** Canonical TAMS text, which `parseTimestamp` reads back to the same value. */
export function formatTimestamp({ seconds, nanoseconds }: Timestamp): string {
  if (seconds >= 0 || nanoseconds === 0) return `${seconds}:${nanoseconds}`
  return `-${-1 - seconds}:${SECOND_NS - nanoseconds}`
}

/** Negative, zero or positive, as `a` is before, at or after `b`. */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.seconds === b.seconds ? a.nanoseconds - b.nanoseconds : a.seconds - b.seconds
}

/** @throws InvalidTime where the sum does not fit into 48 bits of seconds. */
export function addTimestamps(a: Timestamp, b: Timestamp): Timestamp {
  const nanoseconds = a.nanoseconds + b.nanoseconds
  const seconds = a.seconds + b.seconds
  return nanoseconds < SECOND_NS
    ? within48Bits(seconds, nanoseconds)
    : within48Bits(seconds + 1, nanoseconds - SECOND_NS)
}

/** @throws InvalidTime where the difference does not fit into 48 bits of seconds. */
export function subtractTimestamps(a: Timestamp, b: Timestamp): Timestamp {
  return addTimestamps(a, negateTimestamp(b))
}

export function negateTimestamp({ seconds, nanoseconds }: Timestamp): Timestamp {
  // 0 - seconds, not -seconds: there is no minus zero in TAMS.
  if (nanoseconds === 0) return { seconds: 0 - seconds, nanoseconds }
  return { seconds: -1 - seconds, nanoseconds: SECOND_NS - nanoseconds }
}

const MINUS = 45
const DIGIT_0 = 48
const DIGIT_9 = 57
const SECOND_NS = 1_000_000_000
const SECONDS_LIMIT = 2 ** 48
/** 2^48 has 15 digits; that many are exact in a double. */
const MAX_DIGITS = 15

/** The number written in `text` from `from` up to `to`, or -1 if that is not 1 to 15 digits without a leading zero. */
function readDigits(text: string, from: number, to: number): number {
  const length = to - from
  const first = text.charCodeAt(from)
  if (length < 1 || length > MAX_DIGITS || (first === DIGIT_0 && length > 1)) return -1
  let value = 0
  for (let index = from; index < to; index += 1) {
    const code = text.charCodeAt(index)
    if (code < DIGIT_0 || code > DIGIT_9) return -1
    value = value * 10 + (code - DIGIT_0)
  }
  return value
}

function within48Bits(seconds: number, nanoseconds: number): Timestamp {
  const isWithin =
    seconds < SECONDS_LIMIT && (seconds > -SECONDS_LIMIT || (seconds === -SECONDS_LIMIT && nanoseconds > 0))
  if (!isWithin) throw new InvalidTime('the resulting time is 2^48 seconds or more away from 0:0')
  return { seconds, nanoseconds }
}

function faultOf(text: string): string {
  const shown = JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text)
  const parts = /^-?(\d+):(\d+)$/.exec(text)
  if (!parts)
    return `${shown} is not a timestamp: expected {sign?}{seconds}:{nanoseconds}, for example 1:40000000`
  const [, seconds = '', nanoseconds = ''] = parts
  if (/^0\d/.test(seconds) || /^0\d/.test(nanoseconds))
    return `${shown} is not a timestamp: it has leading zeros`
  if (nanoseconds.length > 9) return `${shown} is not a timestamp: nanoseconds end at 999999999`
  return `${shown} is not a timestamp: its seconds do not fit into 48 bits`
}
