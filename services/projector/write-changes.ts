import { recordBatch } from '../../projections/vast/arrow/record-batch.ts'
import type { Columns, RowOf } from '../../projections/vast/tables/column.ts'
import type { RowIds } from '../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../adapters/vast-db/table.ts'

export type Row = RowOf<Columns>

/** How many rows of which table were written. */
export type RowCount = (table: string, change: 'inserted' | 'updated' | 'deleted', rows: number) => void

export type Changed = { readonly name: string; readonly columns: Columns; readonly key: readonly string[] }

export type Changes = {
  readonly deleted: RowIds
  /** Where each of `rows` is to be; its key is the one that is there. */
  readonly updated: { readonly ids: RowIds; readonly rows: readonly Row[] }
  readonly inserted: readonly Row[]
}

/** Writes what has changed of a table, and tells how much. What has not is no request. */
export async function writeChanges(
  table: Table,
  { name, columns, key }: Changed,
  { deleted, updated, inserted }: Changes,
  count: RowCount,
): Promise<void> {
  if (deleted.values.length > 0) await table.delete(deleted)
  if (updated.rows.length > 0) {
    const others = Object.fromEntries(Object.entries(columns).filter(([column]) => !key.includes(column)))
    await table.update(updated.ids, recordBatch(others, updated.rows))
  }
  if (inserted.length > 0) await table.insert(recordBatch(columns, inserted))
  count(name, 'deleted', deleted.values.length)
  count(name, 'updated', updated.rows.length)
  count(name, 'inserted', inserted.length)
}
