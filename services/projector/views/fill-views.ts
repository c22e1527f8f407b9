import { setImmediate as nextTurn } from 'node:timers/promises'
import { VIEWS, type ViewName } from '../../../projections/analytics/view-tables.ts'
import { arrowSchema } from '../../../projections/vast/arrow/arrow-schema.ts'
import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import type { SchemaRef } from '../../adapters/vast-db/names.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import type { Transaction } from '../../adapters/vast-db/transaction.ts'
import type { AnalyticsReader } from '../../analytics/analytics-reader.ts'
import { columnsThatDiffer } from '../fit-columns.ts'
import { deleteAll } from '../stored-rows.ts'
import type { RowCount } from '../write-changes.ts'
import { VIEW_NAMES } from './view-names.ts'
import { wholeView } from './view-rows.ts'

/** What becomes of a view's table before it can be written to; undefined where it is as it has to be. */
export type Misfit = 'missing' | 'lacks columns' | 'other types'

export async function misfitOf(
  tx: Transaction,
  place: SchemaRef,
  name: ViewName,
): Promise<Misfit | undefined> {
  const table = tx.table({ ...place, table: name })
  if (!(await tx.findTable(table.ref))) return 'missing'
  const { isOther, missing } = columnsThatDiffer(await table.columns(), arrowSchema(VIEWS[name].columns))
  if (isOther) return 'other types'
  return missing.length > 0 ? 'lacks columns' : undefined
}

/** Makes the tables of all views what the views are, whatever they were. */
export async function fillViews(
  tx: Transaction,
  place: SchemaRef,
  reader: AnalyticsReader,
  count: RowCount,
): Promise<void> {
  for (const name of VIEW_NAMES) {
    const table = tx.table({ ...place, table: name })
    const schema = arrowSchema(VIEWS[name].columns)
    const misfit = await misfitOf(tx, place, name)
    if (misfit === 'other types') {
      const next = tx.table({ ...place, table: `${name}_next` })
      if (await tx.findTable(next.ref)) await next.drop()
      await insertAll(await tx.createTable(next.ref, schema), name, reader, count)
      await table.drop()
      await next.rename({ table: name })
      continue
    }
    if (misfit === 'missing') await tx.createTable(table.ref, schema)
    else await deleteAll(table)
    if (misfit === 'lacks columns') {
      const { missing } = columnsThatDiffer(await table.columns(), schema)
      await table.addColumns(schema.select([...missing]))
    }
    await insertAll(table, name, reader, count)
  }
}

const ROWS_PER_INSERT = 32_768

async function insertAll(
  table: Table,
  name: ViewName,
  reader: AnalyticsReader,
  count: RowCount,
): Promise<void> {
  const columns: Columns = VIEWS[name].columns
  let rows: RowOf<Columns>[] = []
  const insert = async () => {
    if (rows.length > 0) await table.insert(recordBatch(columns, rows))
    count(name, 'inserted', rows.length)
    rows = []
  }
  for await (const slice of wholeView(name, reader)) {
    rows.push(...slice)
    if (rows.length >= ROWS_PER_INSERT) await insert()
    await nextTurn()
  }
  await insert()
}
