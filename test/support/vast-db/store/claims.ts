/** How far a statement keeps others away: `shared` bears other shared ones. */
export type Hold = 'shared' | 'exclusive'

/** What a statement writes: names and tables by key, and rows of tables by their handle. */
export type Claim = {
  readonly holds: readonly (readonly [key: string, hold: Hold])[]
  readonly rows?: { readonly table: number; readonly ids: Float64Array }
}

/** All that one transaction has written. */
export type Claims = {
  readonly holds: Map<string, Hold>
  readonly rows: Map<number, Set<number>>
}

export const noClaims = (): Claims => ({ holds: new Map(), rows: new Map() })

export function addClaim(claims: Claims, { holds, rows }: Claim): void {
  for (const [key, hold] of holds) {
    if (claims.holds.get(key) !== 'exclusive') claims.holds.set(key, hold)
  }
  if (!rows) return
  const ids = claims.rows.get(rows.table) ?? new Set()
  for (const id of rows.ids) ids.add(id)
  claims.rows.set(rows.table, ids)
}

/** @returns what both write; undefined where nothing is */
export function clash(claims: Claims, { holds, rows }: Claim): string | undefined {
  for (const [key, hold] of holds) {
    const other = claims.holds.get(key)
    if (other === 'exclusive' || (other === 'shared' && hold === 'exclusive')) return key
  }
  const taken = rows && claims.rows.get(rows.table)
  const id = taken && rows.ids.find((row) => taken.has(row))
  return id === undefined ? undefined : `row ${id} of table ${rows?.table}`
}
