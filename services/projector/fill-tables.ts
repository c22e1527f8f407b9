import { setImmediate as nextTurn } from 'node:timers/promises'
import { ETERNITY } from '../../contracts/time/timerange.ts'
import { recordBatch } from '../../projections/vast/arrow/record-batch.ts'
import type { TableName } from '../../projections/vast/table-change.ts'
import { TABLES } from '../../projections/vast/tables/all-tables.ts'
import { checkpointTable } from '../../projections/vast/tables/checkpoint.ts'
import type { Columns } from '../../projections/vast/tables/column.ts'
import type { SchemaRef } from '../adapters/vast-db/names.ts'
import type { ServerVersion } from '../adapters/vast-db/server-version.ts'
import type { Table } from '../adapters/vast-db/table.ts'
import type { Transaction } from '../adapters/vast-db/transaction.ts'
import { resourceSlices } from '../analytics/export/resource-slices.ts'
import { everySegmentSlice } from '../analytics/export/segment-slices.ts'
import type { CatalogSnapshot } from './catalog-snapshots.ts'
import { readCheckpoints, saveCheckpoint } from './checkpoints.ts'
import { createDeclared, type Unfilled } from './prepare-tables.ts'
import { deleteAll } from './stored-rows.ts'
import type { Row, RowCount } from './write-changes.ts'

const ROWS_PER_INSERT = 32_768

/**
 * Makes tables whole from the catalog, and says in their own checkpoints how far they are with that: events up to
 * there change nothing in them any more.
 */
export async function fillTables(
  tx: Transaction,
  version: ServerVersion,
  place: SchemaRef,
  unfilled: readonly Unfilled[],
  snapshot: CatalogSnapshot,
  count: RowCount,
  nowMs: number,
): Promise<void> {
  const checkpoint = tx.table({ ...place, table: checkpointTable.name })
  for (const { name, how } of unfilled) {
    const table = tx.table({ ...place, table: name })
    if (how === 'refill') await deleteAll(table)
    if (how === 'swap') {
      const next = tx.table({ ...place, table: `${name}_next` })
      if (await tx.findTable(next.ref)) await next.drop()
      await createDeclared(tx, version, place, name, next.ref.table)
      await insertAll(next, name, snapshot, count)
      await table.drop()
      await next.rename({ table: name })
    } else {
      await insertAll(table, name, snapshot, count)
    }
    const { position, eventId: event_id } = snapshot
    const checkpoints = await readCheckpoints(checkpoint)
    await saveCheckpoint(checkpoint, checkpoints, name, { position, event_id }, nowMs)
  }
}

async function insertAll(
  table: Table,
  name: TableName,
  snapshot: CatalogSnapshot,
  count: RowCount,
): Promise<void> {
  const columns: Columns = TABLES[name].columns
  let rows: Row[] = []
  const insert = async () => {
    if (rows.length > 0) await table.insert(recordBatch(columns, rows))
    count(name, 'inserted', rows.length)
    rows = []
  }
  for (const slice of slicesOf(name, snapshot)) {
    rows.push(...slice)
    if (rows.length >= ROWS_PER_INSERT) await insert()
    await nextTurn()
  }
  await insert()
}

/** All rows of a table, as the catalog has them, in the order of their key. */
export const slicesOf = (name: TableName, { database, reader }: CatalogSnapshot): Iterable<readonly Row[]> =>
  name === 'segments'
    ? everySegmentSlice(database)
    : // Deletions that have expired are in it until they are forgotten.
      resourceSlices(name, database, reader, { name, range: ETERNITY, nowMs: 0 })
