import { Schema } from 'apache-arrow'
import { ByteBuffer } from 'flatbuffers'
import { AlterColumnRequest } from '../../../../services/adapters/vast-db/wire/generated/tabular/alter-column-request.ts'
import { typeText } from '../arrow/column-types.ts'
import { readable, readSchema, schemaStream } from '../arrow/ipc.ts'
import { badRequest, conflict, notFound } from '../refusal.ts'
import { changeTable, tableOf } from '../store/database.ts'
import {
  columnNamed,
  isSorted,
  type Table,
  withColumns,
  withoutColumns,
  withRenamedColumn,
} from '../store/table.ts'
import { type Call, type Command, type Reply, tableAddress, tableClaim } from './command.ts'
import { LIST_HEADERS, listPage } from './listing.ts'
import { checkedColumns } from './tables.ts'

export const COLUMN_COMMANDS: Record<string, Command> = {
  GET: {
    of: 'table',
    body: 'none',
    headers: [...LIST_HEADERS, 'tabular-only-column-names', 'tabular-bc-list-internal-col'],
    run: list,
  },
  POST: { of: 'table', body: 'some', run: add },
  PUT: {
    of: 'table',
    body: 'some',
    params: ['tabular-column-name', 'tabular-new-column-name'],
    headers: ['tabular-column-sep'],
    run: rename,
  },
  DELETE: { of: 'table', body: 'some', run: drop },
}

export const SORTED_COLUMNS_COMMANDS: Record<string, Command> = {
  GET: { of: 'table', body: 'none', headers: LIST_HEADERS, run: listSorted },
}

const fieldsOf = ({ columns }: Table) => columns.map(({ field }) => field)

function list(call: Call): Reply {
  const table = tableOf(call.transaction.seen(), tableAddress(call))
  const page = listPage(call.request, fieldsOf(table), ({ name }) => name, call.engine.settings)
  return { headers: page.headers, body: schemaStream(new Schema([...page.items])) }
}

function listSorted(call: Call): Reply {
  const table = tableOf(call.transaction.seen(), tableAddress(call))
  if (!isSorted(table)) throw badRequest('Listing sorted columns of a table without elysium enabled')
  const sorted = table.sortingKey.flatMap((id) => table.columns.find((column) => column.id === id) ?? [])
  const fields = sorted.map(({ field }) => field)
  const page = listPage(call.request, fields, ({ name }) => name, call.engine.settings)
  return { headers: page.headers, body: schemaStream(new Schema([...page.items])) }
}

function add(call: Call): Reply {
  const { fields } = checkedColumns(readSchema(call.request.body))
  if (fields.length === 0) throw badRequest('no columns to add')
  return change(call, (table) => {
    const taken = fields.find(({ name }) => columnNamed(table, name))
    if (taken) throw conflict(`there is a column ${taken.name}`)
    return withColumns(table, fields)
  })
}

function drop(call: Call): Reply {
  const { fields } = readSchema(call.request.body)
  if (fields.length === 0) throw badRequest('no columns to drop')
  return change(call, (table) => {
    for (const { name, type } of fields) {
      const column = columnNamed(table, name)
      if (!column) throw notFound(`there is no column ${name}`)
      if (typeText(column.field.type) !== typeText(type)) throw badRequest(`${name} is of another type`)
      if (table.sortingKey.includes(column.id)) throw badRequest(`the table is sorted by ${name}`)
    }
    return withoutColumns(table, new Set(fields.map(({ name }) => name)))
  })
}

function rename(call: Call): Reply {
  const { body, params } = call.request
  const altered = readable(() => AlterColumnRequest.getRootAsAlterColumnRequest(new ByteBuffer(body)))
  if (altered.properties() !== null || altered.stats() !== null)
    throw badRequest('a column has no properties')
  const from = params.get('tabular-column-name') ?? ''
  const to = params.get('tabular-new-column-name') ?? ''
  if (to === '' || to.includes('/') || to.startsWith('$')) throw badRequest(`a column cannot be named ${to}`)
  return change(call, (table) => {
    if (!columnNamed(table, from)) throw notFound(`there is no column ${from}`)
    if (columnNamed(table, to)) throw conflict(`there is a column ${to}`)
    return withRenamedColumn(table, from, to)
  })
}

function change(call: Call, changed: (table: Table) => Table): Reply {
  const address = tableAddress(call)
  const { handle } = tableOf(call.transaction.seen(), address)
  call.transaction.write(tableClaim(address, handle, 'exclusive'), (database) =>
    changeTable(database, address, changed),
  )
  return {}
}
