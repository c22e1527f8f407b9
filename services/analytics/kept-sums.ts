import { type PendingSums, parseSums, type Sums } from '../../projections/analytics/sums.ts'
import type { AnalyticsReader } from './analytics-reader.ts'

/** The sums of one value of a dimension. */
export type ValueSums = { readonly dimension: string; readonly value: string; readonly sums: Sums }

/** Values of a dimension that one answer tells, at most: those that count for most. */
export const MAX_VALUES = 1_000

/** Those of a scope as they are kept: the values that count for most first. */
export function keptSums(
  { prepare }: AnalyticsReader,
  scope: number,
  dimensions: readonly string[],
  most = MAX_VALUES,
): readonly ValueSums[] {
  const statement = prepare(
    `SELECT dimension, value, sums FROM sums WHERE scope = ? AND dimension = ?
     ORDER BY weight DESC, value DESC LIMIT +?`,
  )
  return dimensions.flatMap((dimension) =>
    (statement.all(scope, dimension, most) as { dimension: string; value: string; sums: string }[]).map(
      (row) => ({
        ...row,
        sums: parseSums(row.sums),
      }),
    ),
  )
}

/** The same of sums that were made for one answer. */
export function ownSums(pending: PendingSums, dimensions: readonly string[]): readonly ValueSums[] {
  const all = [...pending.values()].sort(
    (a, b) => b.weight - a.weight || (a.value < b.value ? 1 : a.value > b.value ? -1 : 0),
  )
  return dimensions.flatMap((dimension) =>
    all.filter((each) => each.dimension === dimension && each.weight > 0).slice(0, MAX_VALUES),
  )
}

/** Whole numbers of JSON and Arrow. */
export const numbers = <const N extends readonly string[]>(
  sums: Sums,
  names: N,
): { readonly [K in N[number]]: bigint } =>
  Object.fromEntries(names.map((name) => [name, sums[name] ?? 0n])) as { [K in N[number]]: bigint }

/** Rounded down; nothing of nothing. */
export const average = (sum: bigint, count: bigint): bigint | null => (count === 0n ? null : sum / count)
