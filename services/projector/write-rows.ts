import { recordBatchBuilder } from '../../projections/vast/arrow/record-batch.ts'
import type { ResourceTable } from '../../projections/vast/table-change.ts'
import { TABLES } from '../../projections/vast/tables/all-tables.ts'
import type { Columns } from '../../projections/vast/tables/column.ts'
import type { Table } from '../adapters/vast-db/table.ts'
import { resourceRows } from '../analytics/export/resource-slices.ts'
import type { CatalogSnapshot } from './catalog-snapshots.ts'
import { oneAhead } from './one-ahead.ts'
import type { RowsToWrite } from './pending-batch.ts'
import { idsOfRows, type StoredRow, storedRows } from './stored-rows.ts'
import { type Row, type RowCount, writeChanges } from './write-changes.ts'

/** Makes the rows of resources what the catalog says. */
export async function writeRows(
  table: Table,
  name: ResourceTable,
  { known, begun }: RowsToWrite,
  { database, reader }: CatalogSnapshot,
  count: RowCount,
): Promise<void> {
  for (const some of slices(known, ROWS_PER_INSERT)) {
    const stored = await storedRows(table, some)
    await replaceRows(table, name, stored, rowsById(resourceRows(name, database, reader, some)), count)
  }
  const fresh = recordBatchBuilder<Columns>(TABLES[name].columns)
  const inserts = oneAhead()
  const insert = async () => {
    const batch = fresh.take()
    await inserts.start(() => table.insert(batch))
    count(name, 'inserted', batch.numRows)
  }
  for (const some of slices(begun, ROWS_AT_ONCE)) {
    for (const row of resourceRows(name, database, reader, some)) fresh.append(row)
    if (fresh.length() >= ROWS_PER_INSERT) await insert()
  }
  if (fresh.length() > 0) await insert()
  await inserts.done()
}

const ROWS_AT_ONCE = 1_000
/** Mostly less than a request may be, and made while the one before is on its way. */
const ROWS_PER_INSERT = 10_000

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

export const rowsById = (rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row['id'] as string, row]))

/** Has `rows` be where `stored` are. */
export async function replaceRows(
  table: Table,
  name: ResourceTable,
  stored: ReadonlyMap<string, StoredRow>,
  rows: ReadonlyMap<string, Row>,
  count: RowCount,
): Promise<void> {
  const inserted: Row[] = []
  const updated: { readonly row: Row; readonly at: StoredRow }[] = []
  for (const [id, row] of rows) {
    const at = stored.get(id)
    if (at) updated.push({ row, at })
    else inserted.push(row)
  }
  const deleted = [...stored].filter(([id]) => !rows.has(id)).map(([, at]) => at)
  const changes = {
    deleted: idsOfRows(deleted),
    updated: { ids: idsOfRows(updated.map(({ at }) => at)), rows: updated.map(({ row }) => row) },
    inserted,
  }
  await writeChanges(table, { name, columns: TABLES[name].columns, key: ['id'] }, changes, count)
}
