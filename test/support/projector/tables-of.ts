import { Table } from 'apache-arrow'
import { VIEWS } from '../../../projections/analytics/view-tables.ts'
import { arrowSchema } from '../../../projections/vast/arrow/arrow-schema.ts'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import { TABLES } from '../../../projections/vast/tables/all-tables.ts'
import type { Columns } from '../../../projections/vast/tables/column.ts'
import type { VastDb } from '../../../services/adapters/vast-db/connect.ts'
import type { SchemaRef } from '../../../services/adapters/vast-db/names.ts'
import type { EventLog } from '../../../services/ports/event-log.ts'
import { catalogSnapshots } from '../../../services/projector/catalog-snapshots.ts'
import { slicesOf } from '../../../services/projector/fill-tables.ts'
import { TABLE_NAMES } from '../../../services/projector/prepare-tables.ts'
import { readRows } from '../arrow/read-rows.ts'
import { wholeLog } from '../command-harness.ts'
import { replay } from '../log-model/replay.ts'
import { modelTables } from './model-rows.ts'
import { modelViewTables } from './model-view-rows.ts'

export type Rows = Readonly<Record<string, readonly unknown[]>>

/** All rows of all tables, as a client of VAST DB reads them. */
export const rowsInVast = (
  db: VastDb,
  place: SchemaRef,
  declaredTables: Readonly<Record<string, { readonly columns: Columns }>> = TABLES,
): Promise<Rows> =>
  db.transaction(async (tx) => {
    const tables: Record<string, readonly unknown[]> = {}
    for (const [name, { columns: declared }] of Object.entries(declaredTables)) {
      const batches = []
      const columns = Object.keys(declared)
      for await (const batch of tx.table({ ...place, table: name }).select({ columns })) batches.push(batch)
      tables[name] = sorted(batches.length > 0 ? readRows(new Table(batches)) : [])
    }
    return tables
  })

/** The same as the log has it, told by a model of its own: tables and views. */
export async function rowsOfLog(log: EventLog): Promise<Rows> {
  const events = await wholeLog(log)
  const model = replay(events)
  const tables = { ...modelTables(model), ...modelViewTables(model, events) }
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, sorted(rows)]))
}

/** The tables as the catalog has them. */
export async function rowsInCatalog(path: string, position: number): Promise<Rows> {
  const catalog = catalogSnapshots(path)
  try {
    return await catalog.at(position, AbortSignal.timeout(60_000), async (snapshot) =>
      Object.fromEntries(
        TABLE_NAMES.map((name) => {
          const columns: Columns = TABLES[name].columns
          const rows = [...slicesOf(name, snapshot)].flat()
          const table = new Table(arrowSchema(columns), [recordBatch(columns, rows)])
          return [name, sorted(readRows(table))]
        }),
      ),
    )
  } finally {
    catalog.close()
  }
}

/** Those of the views too. */
export const allRowsInVast = (db: VastDb, place: SchemaRef): Promise<Rows> =>
  rowsInVast(db, place, { ...TABLES, ...VIEWS })

const sorted = (rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
  rows
    .map((row) => [keyOf(row), row] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row)

const keyOf = (row: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(
    Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)),
    (_, value) => (typeof value === 'bigint' ? String(value) : value),
  )
