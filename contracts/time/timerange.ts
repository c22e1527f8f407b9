import type { Bound } from './bound.ts'
import {
  compareTimestamps,
  formatTimestamp,
  InvalidTime,
  parseTimestampWithin,
  type Timestamp,
} from './timestamp.ts'

export type { Bound } from './bound.ts'

/** Nothing, at no particular place: `()`. */
export type EmptyRange = { readonly kind: 'empty' }

/** A stretch of the timeline with something in it; `null` for a side without bound. */
export type NonEmptyRange = {
  readonly kind: 'range'
  readonly start: Bound | null
  readonly end: Bound | null
}

/**
 * A part of a timeline without holes. What `parseTimeRange`, `rangeBetween` and the algebra give is normal:
 * a `range` always has something in it, so whatever has nothing in it is `EMPTY`.
 */
export type TimeRange = EmptyRange | NonEmptyRange

export const EMPTY: EmptyRange = { kind: 'empty' }
export const ETERNITY: NonEmptyRange = { kind: 'range', start: null, end: null }

/**
 * Reads the text of a timerange, in any spelling TAMS allows: a marker left out beside a timestamp is
 * inclusive, one without a timestamp means nothing, brackets around nothing (or no text at all) are empty.
 *
 * A range that ends before it starts is refused, though AppNote 0008 would have it read as empty: its sender
 * has swapped something, and an answer with nothing in it would hide that. One that ends where it starts but
 * excludes that instant is empty.
 * @throws InvalidTime saying what is wrong with the text.
 * @see TAMS 8.2 timerange.json and AppNote 0008
 */
export function parseTimeRange(text: string): TimeRange {
  const opening = text.charCodeAt(0)
  const closing = text.charCodeAt(text.length - 1)
  const from = opening === INCLUDED_START || opening === EXCLUDED_START ? 1 : 0
  const to = closing === INCLUDED_END || closing === EXCLUDED_END ? text.length - 1 : text.length
  if (from === to) return EMPTY
  const separator = text.indexOf('_', from)
  if (separator === -1) {
    const at = parseTimestampWithin(text, from, to)
    if (opening !== EXCLUDED_START && closing !== EXCLUDED_END) return instantRange(at)
    throw new InvalidTime(`"${text}" is not a timerange: a single timestamp cannot be excluded from itself`)
  }
  const start = parseBound(text, from, separator, opening !== EXCLUDED_START)
  const end = parseBound(text, separator + 1, to, closing !== EXCLUDED_END)
  return rangeBetween(start, end)
}

/** Canonical TAMS text: `_`, `()`, `[t]`, or markers beside timestamps only, as in `[0:0_10:0)` and `(5:0_`. */
export function formatTimeRange(range: TimeRange): string {
  if (range.kind === 'empty') return '()'
  if (isInstant(range)) return `[${formatTimestamp(range.start.at)}]`
  const { start, end } = range
  const from = start === null ? '' : (start.inclusive ? '[' : '(') + formatTimestamp(start.at)
  const to = end === null ? '' : formatTimestamp(end.at) + (end.inclusive ? ']' : ')')
  return `${from}_${to}`
}

/** `[at]`: a single instant, of no duration. */
export function instantRange(at: Timestamp): NonEmptyRange {
  const bound = { at, inclusive: true }
  return { kind: 'range', start: bound, end: bound }
}

/**
 * The range between two bounds; `EMPTY` where they are at one instant which one of them excludes.
 * @throws InvalidTime where the end is before the start.
 */
export function rangeBetween(start: Bound | null, end: Bound | null): TimeRange {
  if (start === null || end === null) return start === end ? ETERNITY : { kind: 'range', start, end }
  const order = compareTimestamps(start.at, end.at)
  if (order > 0) {
    throw new InvalidTime(
      `a timerange cannot end (${formatTimestamp(end.at)}) before it starts (${formatTimestamp(start.at)})`,
    )
  }
  return order < 0 || (start.inclusive && end.inclusive) ? { kind: 'range', start, end } : EMPTY
}

export function isEmpty(range: TimeRange): range is EmptyRange {
  return range.kind === 'empty'
}

export function isInstant(range: TimeRange): range is NonEmptyRange & { start: Bound; end: Bound } {
  if (range.kind === 'empty' || range.start === null || range.end === null) return false
  return compareTimestamps(range.start.at, range.end.at) === 0
}

/** Whether the range has a first instant, as TAMS asks of a Flow Segment: `[t`, but neither `(t` nor unbounded. */
export function startsInclusive(range: TimeRange): range is NonEmptyRange & { start: Bound } {
  return range.kind === 'range' && range.start?.inclusive === true
}

const INCLUDED_START = 91
const EXCLUDED_START = 40
const INCLUDED_END = 93
const EXCLUDED_END = 41

function parseBound(text: string, from: number, to: number, inclusive: boolean): Bound | null {
  return from === to ? null : { at: parseTimestampWithin(text, from, to), inclusive }
}
