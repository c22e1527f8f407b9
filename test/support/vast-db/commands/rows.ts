import { type Data, DataType, Field, type RecordBatch } from 'apache-arrow'
import { ROW_ID, typeText } from '../arrow/column-types.ts'
import { batchStream, readOneBatch } from '../arrow/ipc.ts'
import { rowIdType, USER_ROW_ID } from '../query/leaves.ts'
import { readRowIds, rowIdColumn } from '../query/row-id.ts'
import { badRequest, notImplemented } from '../refusal.ts'
import { changeTable, tableOf } from '../store/database.ts'
import { deleteRows, insertRows, updateRows } from '../store/rows.ts'
import { columnNamed, type Table } from '../store/table.ts'
import { type Call, type Command, type Reply, tableAddress, tableClaim } from './command.ts'

export const ROW_COMMANDS: Record<string, Command> = {
  POST: { of: 'table', body: 'some', run: insert },
  PUT: { of: 'table', body: 'some', run: update },
  DELETE: { of: 'table', body: 'some', run: remove },
}

/** Of one statement: clients send no more. */
const MAX_ROWS = 524_288
/** A cell's bytes: clients reckon with it, the documentation says a little less. */
const MAX_CELL = 128 * 1024

type Column = { readonly field: Field; readonly data: Data }

/** The columns of a body, each with its values. @throws Refusal for a body that holds no rows, or too many */
function columnsOf(batch: RecordBatch): Column[] {
  if (batch.schema.fields.length === 0) throw notImplemented('rows without columns')
  if (batch.numRows === 0 || batch.numRows > MAX_ROWS)
    throw badRequest(`a statement is of 1 to ${MAX_ROWS} rows`)
  const names = new Set(batch.schema.fields.map(({ name }) => name))
  if (names.size !== batch.schema.fields.length) throw badRequest('two columns of one name')
  return batch.schema.fields.map((field, at) => ({ field, data: batch.data.children[at] as Data }))
}

/** What a statement says of columns, by their ids. @throws Refusal unless each is as in the table */
function valuesFor(table: Table, columns: readonly Column[]): Map<number, Data> {
  return new Map(
    columns.map(({ field, data }): [number, Data] => {
      const column = columnNamed(table, field.name)
      if (!column)
        throw badRequest(`TabularMismatchColumnName: no column ${field.name}`, 'TabularMismatchColumnName')
      if (typeText(column.field.type) !== typeText(field.type) || !field.nullable) {
        const said = `TabularMismatchColumnType: ${field.name} is ${typeText(column.field.type)}, nullable`
        throw badRequest(said, 'TabularMismatchColumnType')
      }
      checkCells(field, data)
      return [column.id, data]
    }),
  )
}

function checkCells(field: Field, data: Data): void {
  if (!DataType.isUtf8(data.type) && !DataType.isBinary(data.type)) return
  const offsets = data.valueOffsets as Int32Array
  for (let row = 0; row < data.length; row++) {
    if ((offsets[row + 1] as number) - (offsets[row] as number) > MAX_CELL) {
      throw badRequest(`${field.name}: a cell is at most ${MAX_CELL} bytes`)
    }
  }
}

function insert(call: Call): Reply {
  const address = tableAddress(call)
  const table = tableOf(call.transaction.seen(), address)
  const columns = columnsOf(readOneBatch(call.request.body))
  const given = columns.find(({ field }) => field.name === USER_ROW_ID)
  const values = valuesFor(table, columns)
  checkAllocation(table, given !== undefined)
  const ids = given
    ? readRowIds(given.data, given.field.type)
    : call.engine.takeRowIds(table.handle, columns[0]?.data.length as number)
  const rowIds = given ? 'external' : 'internal'
  if (given) values.delete(columnNamed(table, USER_ROW_ID)?.id as number)

  call.transaction.write(tableClaim(address, table.handle, 'shared'), (database) =>
    changeTable(database, address, (before) => ({ ...insertRows(before, { ids, columns: values }), rowIds })),
  )
  const type = rowIdType(table)
  return { body: batchStream([new Field(ROW_ID, type, true)], [rowIdColumn(type, ids)], ids.length) }
}

/** @see section 5.4: who gives out row ids is settled by the first insert */
function checkAllocation({ rowIds }: Table, isGiven: boolean): void {
  if (rowIds === 'external' && !isGiven) throw badRequest(`rows of this table come with ${USER_ROW_ID}`)
  if (rowIds === 'internal' && isGiven)
    throw badRequest(`row ids of this table are not given by ${USER_ROW_ID}`)
}

function update(call: Call): Reply {
  const address = tableAddress(call)
  const table = tableOf(call.transaction.seen(), address)
  const [key, ...changed] = columnsOf(readOneBatch(call.request.body)) as [Column, ...Column[]]
  const ids = keysOf(table, key)
  if (changed.length === 0) throw badRequest('an update of no columns')
  for (const { field } of changed) checkUpdatable(table, field)
  const columns = valuesFor(table, changed)
  const rows = { table: table.handle, ids }
  call.transaction.write({ ...tableClaim(address, table.handle, 'shared'), rows }, (database) =>
    changeTable(database, address, (before) => updateRows(before, { ids, columns })),
  )
  return {}
}

function checkUpdatable(table: Table, { name }: Field): void {
  const column = columnNamed(table, name)
  if (column && table.sortingKey.includes(column.id)) throw badRequest(`the table is sorted by ${name}`)
  if (name === USER_ROW_ID) throw badRequest('a row keeps its id')
}

function remove(call: Call): Reply {
  const address = tableAddress(call)
  const table = tableOf(call.transaction.seen(), address)
  const [key, ...more] = columnsOf(readOneBatch(call.request.body)) as [Column, ...Column[]]
  if (more.length > 0) throw badRequest(`what is deleted is told by ${ROW_ID} alone`)
  const ids = keysOf(table, key)
  const rows = { table: table.handle, ids }
  call.transaction.write({ ...tableClaim(address, table.handle, 'shared'), rows }, (database) =>
    changeTable(database, address, (before) => deleteRows(before, ids)),
  )
  return {}
}

function keysOf(table: Table, { field, data }: Column): Float64Array {
  const type = field.name === USER_ROW_ID ? columnNamed(table, USER_ROW_ID)?.field.type : rowIdType(table)
  if (field.name !== ROW_ID && field.name !== USER_ROW_ID) throw badRequest(`the first column is ${ROW_ID}`)
  if (!type || typeText(type) !== typeText(field.type)) throw badRequest(`${field.name} is not ${field.type}`)
  return readRowIds(data, type)
}
