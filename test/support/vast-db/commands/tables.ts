import type { Data, Schema } from 'apache-arrow'
import { Builder, ByteBuffer } from 'flatbuffers'
import { AlterTableRequest } from '../../../../services/adapters/vast-db/wire/generated/tabular/alter-table-request.ts'
import { GetTableStatsResponse } from '../../../../services/adapters/vast-db/wire/generated/tabular/get-table-stats-response.ts'
import { checkColumn } from '../arrow/column-types.ts'
import { readable, readSchema } from '../arrow/ipc.ts'
import { flagHeader, numberHeader, type Received } from '../http/received.ts'
import { badRequest, Refusal } from '../refusal.ts'
import { addTable, changeTable, dropTable, schemaOf, tableOf } from '../store/database.ts'
import { createTable, isSorted, type Table } from '../store/table.ts'
import {
  type Call,
  type Command,
  nameKey,
  pathHolds,
  type Reply,
  schemaAddress,
  tableAddress,
  tableClaim,
} from './command.ts'
import { LIST_HEADERS, listPage, SORTED, tablesBody } from './listing.ts'
import { checkName } from './names.ts'

const SORTING_KEY = 'tabular-sorted-column-'

export const TABLE_COMMANDS: Record<string, Command> = {
  GET: { of: 'schema', body: 'none', headers: [...LIST_HEADERS, 'tabular-include-list-stats'], run: list },
  POST: { of: 'table', body: 'some', headers: [SORTING_KEY, 'use-external-row-ids-alloc'], run: create },
  PUT: { of: 'table', body: 'some', headers: [SORTING_KEY], params: ['tabular-new-table-name'], run: alter },
  DELETE: { of: 'table', body: 'none', run: drop },
}

export const STATS_COMMANDS: Record<string, Command> = { GET: { of: 'table', body: 'none', run: stats } }

function list(call: Call): Reply {
  const address = schemaAddress(call)
  const { tables } = schemaOf(call.transaction.seen(), address)
  const all = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const page = listPage(call.request, all, ([name]) => name, call.engine.settings)
  const withStats = flagHeader(call.request, 'tabular-include-list-stats')
  const details = page.items.map(([name, table]) => ({
    name,
    properties: '',
    handle: String(table.handle),
    isSorted: isSorted(table),
    ...(withStats && { rows: table.rows, bytes: bytesOf(table), inserted: table.inserted }),
  }))
  return { headers: page.headers, body: tablesBody(address.bucket, address.schema, details) }
}

function create(call: Call): Reply {
  const address = tableAddress(call)
  const { fields } = checkedColumns(readSchema(call.request.body))
  checkName(address.table)
  const created = createTable(call.engine.newHandle(), fields, sortingKey(call.request, fields.length))
  const isExternal = flagHeader(call.request, 'use-external-row-ids-alloc')
  const table = isExternal ? { ...created, rowIds: 'external' as const } : created
  const claim = { holds: [...pathHolds(address), [nameKey(address), 'exclusive'] as const] }
  call.transaction.write(claim, (database) => addTable(database, address, table))
  return {}
}

/** @throws Refusal for a column that the database does not have, and for two of one name */
export function checkedColumns(schema: Schema): Schema {
  for (const field of schema.fields) checkColumn(field)
  if (new Set(schema.fields.map(({ name }) => name)).size !== schema.fields.length) {
    throw badRequest('two columns of one name')
  }
  return schema
}

function sortingKey(request: Received, columns: number): number[] {
  const key: number[] = []
  for (let at = 0; ; at++) {
    const index = numberHeader(request, `${SORTING_KEY}${at}`)
    if (index === undefined) break
    if (index >= BigInt(columns)) throw new Refusal(500, 'InternalError', 'We encountered an internal error')
    key.push(Number(index))
  }
  if (new Set(key).size !== key.length) throw badRequest('a column twice in a sorting key')
  return key
}

function alter(call: Call): Reply {
  const address = tableAddress(call)
  const table = tableOf(call.transaction.seen(), address)
  const { body, params } = call.request
  const properties = readable(() =>
    AlterTableRequest.getRootAsAlterTableRequest(new ByteBuffer(body)).properties(),
  )
  if (properties !== null) throw badRequest('properties of tables are not kept')
  const key = sortingKey(call.request, table.columns.length)
  const to = params.get('tabular-new-table-name')
  if (key.length > 0) addSortingKey(call, table, key)
  else if (to !== undefined) rename(call, table, to)
  else throw badRequest('nothing to alter')
  return {}
}

function addSortingKey(call: Call, table: Table, key: readonly number[]): void {
  const address = tableAddress(call)
  if (isSorted(table)) throw badRequest('the table has a sorting key')
  const ids = key.map((index) => table.columns[index]?.id as number)
  call.transaction.write(tableClaim(address, table.handle, 'exclusive'), (database) =>
    changeTable(database, address, (before) => ({ ...before, sortingKey: ids })),
  )
}

function rename(call: Call, table: Table, to: string): void {
  const from = tableAddress(call)
  const at = to.lastIndexOf('/')
  if (at < 0) throw badRequest('tabular-new-table-name is a schema and a name')
  const target = { bucket: from.bucket, schema: to.slice(0, at), table: to.slice(at + 1) }
  checkName(target.table)
  const { holds } = tableClaim(from, table.handle, 'exclusive')
  const claim = { holds: [...holds, ...pathHolds(target), [nameKey(target), 'exclusive'] as const] }
  call.transaction.write(claim, (database) =>
    addTable(dropTable(database, from), target, tableOf(database, from)),
  )
}

function drop(call: Call): Reply {
  const address = tableAddress(call)
  const { handle } = tableOf(call.transaction.seen(), address)
  call.transaction.write(tableClaim(address, handle, 'exclusive'), (database) => dropTable(database, address))
  return {}
}

function stats(call: Call): Reply {
  const table = tableOf(call.transaction.seen(), tableAddress(call))
  const builder = new Builder()
  const addressType = builder.createString('ipv4')
  GetTableStatsResponse.startGetTableStatsResponse(builder)
  GetTableStatsResponse.addNumRows(builder, BigInt(table.rows))
  GetTableStatsResponse.addSizeInBytes(builder, BigInt(bytesOf(table)))
  GetTableStatsResponse.addIsExternalRowidAlloc(builder, table.rowIds === 'external')
  GetTableStatsResponse.addAddressType(builder, addressType)
  GetTableStatsResponse.addSortingKeyEnabled(builder, isSorted(table))
  GetTableStatsResponse.addSortingScore(builder, isSorted(table) ? SORTED : 0n)
  GetTableStatsResponse.addAcummulativeRowInseritionCount(builder, BigInt(table.inserted))
  builder.finish(GetTableStatsResponse.endGetTableStatsResponse(builder))
  return { body: builder.asUint8Array() }
}

function bytesOf({ chunks }: Table): number {
  const sum = (columns: Iterable<Data>) =>
    [...columns].reduce((bytes, { byteLength }) => bytes + byteLength, 0)
  return chunks.reduce((bytes, { columns }) => bytes + sum(columns.values()), 0)
}
