/**
 * Where a flow's content lies, as buckets of time: of several sizes, each 64 times the last, so that a
 * timerange of any length is a few of them. A flow is in the buckets that it reaches over from its first segment
 * to its last, of every size in which these are few. Numbers stand for them: all negative, those of one level next
 * to each other.
 */

/** Log2 of the seconds in a bucket: about an hour, three days, half a year, 34 years; and all of time. */
const LEVELS = [12, 18, 24, 30, 50] as const
/** A flow that has more buckets of a size than this is in none of it. */
const MAX_BUCKETS = 4

/** More than there are buckets of any level: seconds have 48 bits and a sign. */
const LEVEL_SPAN = 2 ** 40
const MIDDLE = 2 ** 39

export type Level = { readonly size: number; readonly base: number; readonly longBase: number }

/** `longBase`: the same buckets again, only of flows that have too many of the size below. */
const levels: readonly Level[] = LEVELS.map((bits, index) => ({
  size: 2 ** bits,
  base: -(2 * index + 1) * LEVEL_SPAN + MIDDLE,
  longBase: -(2 * index + 2) * LEVEL_SPAN + MIDDLE,
}))

const bucketsOf = ({ size }: Level, first_s: number, last_s: number) => ({
  low: Math.floor(first_s / size),
  high: Math.floor(last_s / size),
})

export function timeFacets(first_s: number, last_s: number): readonly number[] {
  const facets: number[] = []
  let isShort = false
  for (const [index, level] of levels.entries()) {
    const { low, high } = bucketsOf(level, first_s, last_s)
    if (!isShort && high - low >= MAX_BUCKETS) continue
    const isFinest = !isShort && index > 0
    isShort = true
    for (let bucket = low; bucket <= high; bucket++) {
      facets.push(level.base + bucket)
      if (isFinest) facets.push(level.longBase + bucket)
    }
  }
  return facets
}

/** Seconds between which a flow's ends may move without its facets changing: `[low, high)`, for each end. */
export const windowOf = (second: number): readonly [low: number, high: number] => {
  const { size } = levels[0]!
  const low = Math.floor(second / size) * size
  return [low, low + size]
}

/**
 * Ranges of facets, both ends included, among which are those of every flow with content between two seconds
 * if those of a level and the long ones above are taken. Finest level first.
 */
export const facetRanges = (first_s: number, last_s: number) =>
  levels.map((level, index) => ({
    own: rangeOf(level, level.base, first_s, last_s),
    longer: levels.slice(index + 1).map((above) => rangeOf(above, above.longBase, first_s, last_s)),
  }))

function rangeOf(level: Level, base: number, first_s: number, last_s: number): readonly [number, number] {
  const { low, high } = bucketsOf(level, first_s, last_s)
  return [base + low, base + high]
}
