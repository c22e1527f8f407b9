import type { KeyedTable, SqlValue } from './row-change.ts'
import type { SegmentRow } from './segment-row.ts'

/**
 * What a batch of events has put so far and not yet written: later puts of a row join earlier ones, so that
 * a row is written once a batch, many rows a statement.
 */
export type StagedRows = {
  readonly puts: Map<KeyedTable, Map<string, Record<string, SqlValue>>>
  readonly touched: Map<string, number>
  readonly segments: [timeline: number, ...SegmentRow, position: number][]
  /** Collections by the flow that has them. */
  readonly members: Map<string, readonly Member[]>
  /** Ids of those whose facets may have changed. */
  readonly relisted: { readonly flows: Set<string>; readonly sources: Set<string> }
}

export type Member = { readonly id: string }

export const stagedRows = (): StagedRows => ({
  puts: new Map(),
  touched: new Map(),
  segments: [],
  members: new Map(),
  relisted: { flows: new Set(), sources: new Set() },
})

export function stagePut(
  { puts }: StagedRows,
  table: KeyedTable,
  id: string,
  set: Readonly<Record<string, SqlValue>>,
): void {
  let rows = puts.get(table)
  if (!rows) {
    rows = new Map()
    puts.set(table, rows)
  }
  const staged = rows.get(id)
  if (staged) Object.assign(staged, set)
  else rows.set(id, { ...set })
}

/** The staged rows of a table, together where they set the same columns. */
export function rowsByColumns(
  rows: ReadonlyMap<string, Record<string, SqlValue>>,
): Map<string, { readonly columns: readonly string[]; readonly values: SqlValue[][] }> {
  const groups = new Map<string, { columns: string[]; values: SqlValue[][] }>()
  for (const [id, set] of rows) {
    const columns = Object.keys(set)
    const name = columns.join()
    let group = groups.get(name)
    if (!group) {
      group = { columns, values: [] }
      groups.set(name, group)
    }
    group.values.push([id, ...Object.values(set)])
  }
  return groups
}
