/** What several rounds of one measurement gave. A machine that does other things too shows in min and max. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number }

/** @throws for no values: a measurement that was not made is a bug of the benchmark */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = ascending(values)
  return { min: sorted[0]!, median: percentile(sorted, 0.5), max: sorted.at(-1)! }
}

/**
 * The value that `fraction` of the values are at or below, interpolated between neighbours.
 * @param sorted ascending, not empty
 * @param fraction from 0 to 1
 */
export function percentile(sorted: readonly number[], fraction: number): number {
  if (sorted.length === 0) throw new Error('there is nothing to take a percentile of')
  const place = fraction * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (high - low) * (place - below)
}

/** Round by round, one after the other in time: what slows the machine for a while slows both. */
export function ratiosOf(values: readonly number[], references: readonly number[]): readonly number[] {
  if (values.length !== references.length) throw new Error('every round needs both of its values')
  return values.map((value, round) => value / references[round]!)
}

export const ascending = (values: readonly number[]): readonly number[] => [...values].sort((a, b) => a - b)
