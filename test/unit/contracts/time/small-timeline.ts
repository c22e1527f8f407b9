import fc from 'fast-check'
import { parseTimeRange, type TimeRange } from '../../../../contracts/time/timerange.ts'
import type { Timestamp } from '../../../../contracts/time/timestamp.ts'

/**
 * A timeline of a few instants that is small enough to get every answer by counting. Each instant is a bit,
 * and so is everything before the first, between two neighbours and after the last; a range is a set of bits.
 */
const INSTANTS = [
  { text: '-2:0', seconds: -2, nanoseconds: 0 },
  { text: '-1:999999999', seconds: -2, nanoseconds: 1 },
  { text: '-0:1', seconds: -1, nanoseconds: 999_999_999 },
  { text: '0:0', seconds: 0, nanoseconds: 0 },
  { text: '0:1', seconds: 0, nanoseconds: 1 },
  { text: '1:0', seconds: 1, nanoseconds: 0 },
  { text: '1:999999999', seconds: 1, nanoseconds: 999_999_999 },
  { text: '2:0', seconds: 2, nanoseconds: 0 },
  { text: '2:1', seconds: 2, nanoseconds: 1 },
]

/** A timerange and, found without the code under test, the bits it stands for. */
export type Counted = { readonly text: string; readonly range: TimeRange; readonly bits: number }

export const countedRange: fc.Arbitrary<Counted> = fc
  .record({
    opening: fc.constantFrom('[', '(', ''),
    closing: fc.constantFrom(']', ')', ''),
    places: fc.tuple(instantIndex(), instantIndex()),
    unbounded: fc.constantFrom('start', 'end', 'both', 'neither', 'neither', 'neither', 'neither'),
  })
  .map(({ opening, closing, places, unbounded }) => {
    const start = unbounded === 'start' || unbounded === 'both' ? null : Math.min(...places)
    const end = unbounded === 'end' || unbounded === 'both' ? null : Math.max(...places)
    const text = `${opening}${textAt(start)}_${textAt(end)}${closing}`
    const first = start === null ? 0 : bitOf(start) + (opening === '(' ? 1 : 0)
    const last = end === null ? 2 * INSTANTS.length : bitOf(end) - (closing === ')' ? 1 : 0)
    return { text, range: parseTimeRange(text), bits: bitsBetween(first, last) }
  })

/** The bits a range stands for, or a failure where one of its bounds is no instant of this timeline. */
export function bitsOf(range: TimeRange): number {
  if (range.kind === 'empty') return 0
  const { start, end } = range
  const first = start === null ? 0 : bitOf(placeOf(start.at)) + (start.inclusive ? 0 : 1)
  const last = end === null ? 2 * INSTANTS.length : bitOf(placeOf(end.at)) - (end.inclusive ? 0 : 1)
  return bitsBetween(first, last)
}

/** The sets of neighbouring bits that `bits` falls into, lowest first. */
export function runsOf(bits: number): number[] {
  const runs: number[] = []
  for (let bit = 0; bit <= 2 * INSTANTS.length; bit += 1) {
    const own = bits & (1 << bit)
    if (own === 0) continue
    const isJoined = bit > 0 && (bits & (1 << (bit - 1))) !== 0
    if (isJoined) runs[runs.length - 1]! |= own
    else runs.push(own)
  }
  return runs
}

function instantIndex(): fc.Arbitrary<number> {
  return fc.nat({ max: INSTANTS.length - 1 })
}

function textAt(place: number | null): string {
  return place === null ? '' : INSTANTS[place]!.text
}

function placeOf({ seconds, nanoseconds }: Timestamp): number {
  const place = INSTANTS.findIndex((each) => each.seconds === seconds && each.nanoseconds === nanoseconds)
  if (place === -1) throw new Error(`${seconds} s and ${nanoseconds} ns is no instant of the small timeline`)
  return place
}

function bitOf(place: number): number {
  return 2 * place + 1
}

function bitsBetween(first: number, last: number): number {
  let bits = 0
  for (let bit = first; bit <= last; bit += 1) bits |= 1 << bit
  return bits
}
