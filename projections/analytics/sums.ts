import type { StatementSyncInstance } from '@photostructure/sqlite'

export type Prepare = (sql: string) => StatementSyncInstance

/** Named whole numbers, of any size. What is not named is 0. */
export type Sums = Readonly<Record<string, bigint>>

/** What something adds to one value of a dimension. */
export type Contribution = {
  readonly dimension: string
  /** Empty for what has none. */
  readonly value: string
  /** How many it counts for where the largest values are looked for. */
  readonly weight: number
  readonly sums: Sums
}

type Change = {
  readonly scope: number
  readonly dimension: string
  readonly value: string
  weight: number
  sums: Record<string, bigint>
}

/** Changes of sums that are yet to be written, by where they belong. */
export type PendingSums = Map<string, Change>

export const USAGE_SCOPE = 0
export const STORAGE_SCOPE = -1

/** @param sign 1 for what comes, -1 for what goes */
export function contribute(
  pending: PendingSums,
  scope: number,
  contributions: readonly Contribution[],
  sign: 1 | -1,
): void {
  for (const contribution of contributions) addSums(pending, scope, contribution, sign)
}

export function addSums(
  pending: PendingSums,
  scope: number,
  { dimension, value, weight, sums }: Contribution,
  sign: 1 | -1 = 1,
): void {
  const name = `${scope} ${dimension} ${value}`
  let change = pending.get(name)
  if (!change) {
    change = { scope, dimension, value, weight: 0, sums: {} }
    pending.set(name, change)
  }
  change.weight += sign * weight
  addTo(change.sums, sums, BigInt(sign))
}

export function addTo(into: Record<string, bigint>, sums: Sums, factor = 1n): void {
  for (const name in sums) into[name] = (into[name] ?? 0n) + factor * sums[name]!
}

/** Sums as text. Zeros are left out. */
export const sumsText = (sums: Sums): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(sums).flatMap(([name, sum]) => (sum === 0n ? [] : [[name, String(sum)]])),
    ),
  )

export const parseSums = (text: string): Record<string, bigint> =>
  Object.fromEntries(
    Object.entries(JSON.parse(text) as Record<string, string>).map(([name, sum]) => [name, BigInt(sum)]),
  )

export function writeSums(prepare: Prepare, pending: PendingSums): void {
  const found = prepare('SELECT weight, sums FROM sums WHERE scope = ? AND dimension = ? AND value = ?')
  const put = prepare('INSERT OR REPLACE INTO sums VALUES (?, ?, ?, ?, ?)')
  const remove = prepare('DELETE FROM sums WHERE scope = ? AND dimension = ? AND value = ?')
  for (const { scope, dimension, value, weight, sums } of pending.values()) {
    if (weight === 0 && Object.values(sums).every((sum) => sum === 0n)) continue
    const row = found.get(scope, dimension, value) as { weight: number; sums: string } | undefined
    const total = row ? parseSums(row.sums) : {}
    addTo(total, sums)
    const text = sumsText(total)
    if (text === '{}') remove.run(scope, dimension, value)
    else put.run(scope, dimension, value, (row?.weight ?? 0) + weight, text)
  }
  pending.clear()
}
