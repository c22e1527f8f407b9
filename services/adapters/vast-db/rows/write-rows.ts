import type { RecordBatch } from 'apache-arrow'
import { decodeBatches } from '../ipc/decode-stream.ts'
import { besides, pickColumns, refuseDictionaries } from '../ipc/encode-batch.ts'
import { takeRows } from '../ipc/take-rows.ts'
import { type TableRef, tablePath } from '../names.ts'
import { requireFeature } from '../server-version.ts'
import type { Session } from '../session.ts'
import { VastDbError } from '../vast-db-error.ts'
import { fittingSlices } from './fitting-slices.ts'
import { ascending, joinRowIds, ROW_ID, type RowIds, rowIdColumn, rowIdsOf } from './row-ids.ts'

/** So many columns of the largest cells, 128 KiB each, are one request. */
const MAX_COLUMNS = 40

export type Writing = {
  readonly session: Session
  readonly ref: TableRef
  /** Names of the columns of the sorting key: they cannot be updated. Asked for only where it matters. */
  readonly keyColumns: () => Promise<readonly string[]>
}

/**
 * In as many requests as its size needs: rows that are too wide for one, or that have more than 40 columns, are
 * inserted with their first columns, and updated with the others. All or none of it is the transaction's to give.
 * @returns the ids of the rows, in their order
 */
export async function insertRows(writing: Writing, batch: RecordBatch): Promise<RowIds> {
  requireFeature(writing.session.version, 'row ids of inserted rows')
  refuseDictionaries(batch)
  if (batch.numCols === 0 && batch.numRows > 0) throw new VastDbError('bad_argument', 'rows have no columns')
  return joinRowIds(await insertAll(writing, batch))
}

async function insertAll(writing: Writing, batch: RecordBatch): Promise<RowIds[]> {
  if (batch.numRows === 0) return [{ values: new BigUint64Array(0), wide: false }]
  if (batch.numCols > MAX_COLUMNS) return insertInTurns(writing, batch, MAX_COLUMNS)
  const ids: RowIds[] = []
  for (const { rows, body } of fittingSlices(batch)) {
    if (body) ids.push(await insertBody(writing, body, rows.numRows))
    else ids.push(...(await insertInTurns(writing, rows, Math.ceil(rows.numCols / 2))))
  }
  return ids
}

/** @param first how many columns come first */
async function insertInTurns(writing: Writing, batch: RecordBatch, first: number): Promise<RowIds[]> {
  const { names, keys } = keysFirst(batch, await writing.keyColumns())
  const least = Math.max(first, keys)
  if (least >= names.length) throw tooWide()
  const indexes = names.map((name) => batch.schema.fields.findIndex((field) => field.name === name))
  const ids = await insertAll(writing, pickColumns(batch, indexes.slice(0, least)))
  await updateRows(writing, joinRowIds(ids), pickColumns(batch, indexes.slice(least)))
  return ids
}

function keysFirst(batch: RecordBatch, keyColumns: readonly string[]) {
  const names = batch.schema.fields.map(({ name }) => name)
  const keys = keyColumns.filter((name) => names.includes(name))
  return { names: [...keys, ...names.filter((name) => !keys.includes(name))], keys: keys.length }
}

async function insertBody({ session, ref }: Writing, body: Uint8Array, rows: number): Promise<RowIds> {
  const reply = await session.send({ method: 'POST', path: tablePath(ref), query: 'rows', body })
  const { batches } = decodeBatches(reply.body)
  const column = batches.length === 1 ? batches[0]?.getChild(ROW_ID) : undefined
  if (!column || column.length !== rows) throw new VastDbError('protocol', 'not every row was given an id')
  return rowIdsOf(column)
}

/** @param columns as many rows as there are ids; the columns that are not in it keep their values */
export async function updateRows(writing: Writing, ids: RowIds, columns: RecordBatch): Promise<void> {
  refuseDictionaries(columns)
  if (columns.numRows !== ids.values.length)
    throw new VastDbError('bad_argument', `${columns.numRows} rows for ${ids.values.length} ids`)
  if (ids.values.length === 0 || columns.numCols === 0) return
  const rows = besides(rowIdColumn(ids), columns)
  const order = ascending(ids)
  await updateAll(writing, order ? takeRows(rows, order) : rows)
}

async function updateAll(writing: Writing, batch: RecordBatch): Promise<void> {
  if (batch.numCols > MAX_COLUMNS) return updateInTurns(writing, batch, MAX_COLUMNS)
  for (const { rows, body } of fittingSlices(batch)) {
    if (!body) await updateInTurns(writing, rows, Math.ceil(rows.numCols / 2))
    else await writing.session.send({ method: 'PUT', path: tablePath(writing.ref), query: 'rows', body })
  }
}

/** The ids, which are its first column, go with both. */
async function updateInTurns(writing: Writing, batch: RecordBatch, first: number): Promise<void> {
  if (batch.numCols <= 2) throw tooWide()
  const indexes = batch.schema.fields.map((_, index) => index)
  const least = Math.max(2, first)
  await updateAll(writing, pickColumns(batch, indexes.slice(0, least)))
  await updateAll(writing, pickColumns(batch, [0, ...indexes.slice(least)]))
}

export async function deleteRows({ session, ref }: Writing, ids: RowIds): Promise<void> {
  if (ids.values.length === 0) return
  const order = ascending(ids)
  const rows = rowIdColumn(ids)
  for (const { body } of fittingSlices(order ? takeRows(rows, order) : rows))
    await session.send({ method: 'DELETE', path: tablePath(ref), query: 'rows', body })
}

const tooWide = () =>
  new VastDbError('row_too_wide', 'a cell, or the sorting key, of a row does not fit into a request')
