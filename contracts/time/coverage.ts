import { type ChunkedCuts, chunkReaching, edit } from './chunked-cuts.ts'
import { type Cuts, cutsOf, END, firstBeyond, isBefore, rangeAt, START, STRIDE } from './cuts.ts'
import { formatTimeRange, type NonEmptyRange, parseTimeRange, type TimeRange } from './timerange.ts'

/**
 * The part of a timeline that is taken: disjoint ranges in order, joined where they meet, so a year of
 * contiguous segments is one range. A value: no operation changes the coverage it is given.
 * To save it, use `coverageToJson`: plain JSON would lose the sides without bound.
 *
 * With n ranges that do not meet, finding is O(log n). Changing copies at most 256 ranges at the end of the
 * timeline, and elsewhere a list of pointers too, one for every 64 to 256 ranges.
 */
export type Coverage = ChunkedCuts

export const emptyCoverage: Coverage = { sealed: [], tail: [] }

/** The coverage with all of `range` in it too, whether or not some of it was there before. */
export function cover(coverage: Coverage, range: TimeRange): Coverage {
  return range.kind === 'empty' ? coverage : edit(coverage, cutsOf(range), withRange)
}

/** The coverage with nothing of `range` in it; a range of it that sticks out is cut off where `range` begins or ends. */
export function uncover(coverage: Coverage, range: TimeRange): Coverage {
  return range.kind === 'empty' ? coverage : edit(coverage, cutsOf(range), withoutRange)
}

/** The first range of the coverage that has some time in common with `range`; to touch is not to overlap. */
export function overlapWith(coverage: Coverage, range: TimeRange): NonEmptyRange | undefined {
  if (range.kind === 'empty') return undefined
  const cuts = cutsOf(range)
  const chunk = chunkReaching(coverage, cuts)
  const index = firstBeyond(chunk, END, cuts, START, false)
  return index < chunk.length && isBefore(chunk, index + START, cuts, END) ? rangeAt(chunk, index) : undefined
}

/** The ranges of the coverage, oldest first. */
export function* rangesOf({ sealed, tail }: Coverage): Generator<NonEmptyRange, void> {
  for (const chunk of [...sealed, tail]) {
    for (let index = 0; index < chunk.length; index += STRIDE) yield rangeAt(chunk, index)
  }
}

/** Canonical timerange texts, oldest first: what `coverageFromJson` reads. */
export function coverageToJson(coverage: Coverage): string[] {
  return Array.from(rangesOf(coverage), formatTimeRange)
}

/** @throws InvalidTime where a text is not a timerange. */
export function coverageFromJson(texts: readonly string[]): Coverage {
  return texts.reduce((coverage, text) => cover(coverage, parseTimeRange(text)), emptyCoverage)
}

function withRange(cuts: Cuts, range: Cuts): Cuts {
  const from = firstBeyond(cuts, END, range, START, true)
  const to = firstBeyond(cuts, START, range, END, false)
  if (from === to) return cuts.toSpliced(from, 0, ...range)
  const last = to - STRIDE
  const startsEarlier = isBefore(range, START, cuts, from + START)
  const endsLater = isBefore(cuts, last + END, range, END)
  if (from === last && !startsEarlier && !endsLater) return cuts
  const start = startsEarlier ? sideOf(range, START) : sideOf(cuts, from + START)
  const end = endsLater ? sideOf(range, END) : sideOf(cuts, last + END)
  return cuts.toSpliced(from, to - from, ...start, ...end)
}

function withoutRange(cuts: Cuts, range: Cuts): Cuts {
  const from = firstBeyond(cuts, END, range, START, false)
  const to = firstBeyond(cuts, START, range, END, true)
  if (from === to) return cuts
  const last = to - STRIDE
  const remainders: number[] = []
  if (isBefore(cuts, from + START, range, START)) {
    remainders.push(...sideOf(cuts, from + START), ...sideOf(range, START))
  }
  if (isBefore(range, END, cuts, last + END)) {
    remainders.push(...sideOf(range, END), ...sideOf(cuts, last + END))
  }
  return cuts.toSpliced(from, to - from, ...remainders)
}

function sideOf(cuts: Cuts, index: number): Cuts {
  return cuts.slice(index, index + 2)
}
