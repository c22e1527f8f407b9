import type { Field, Vector } from 'apache-arrow'
import { ByteBuffer } from 'flatbuffers'
import { AlterSchemaRequest } from '../../../services/adapters/vast-db/wire/generated/tabular/alter-schema-request.ts'
import { typeText } from './arrow/column-types.ts'
import { readOneBatch, readSchema } from './arrow/ipc.ts'
import type { Received } from './http/received.ts'
import type { Clause, Range } from './query/filter.ts'
import { type Node, nodesOfColumn } from './query/leaves.ts'
import { queryOf } from './query/relation.ts'

/** A request as a client means it: what every client may say in its own bytes is left out. */
export type RecordedRequest = {
  readonly method: string
  readonly path: string
  readonly command: string
  readonly params: Readonly<Record<string, string>>
  /** The protocol's own, but for those that name a client. The number of a transaction is `N`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

export function recordedRequest(request: Received): RecordedRequest {
  const { method, path, command, params } = request
  return {
    method,
    path,
    command,
    params: Object.fromEntries([...params].sort()),
    headers: Object.fromEntries(headersOf(request).sort()),
    body: request.body.length === 0 ? null : bodyOf(request),
  }
}

const OURS = /^(tabular-|use-external-)/
const OF_CLIENTS: ReadonlySet<string> = new Set(['tabular-client-name'])

function headersOf({ headers }: Received): [string, string][] {
  return Object.entries(headers)
    .filter(([name]) => OURS.test(name) && !OF_CLIENTS.has(name))
    .map(([name, value]) => [name, name === 'tabular-txid' && value !== '0' ? 'N' : String(value)])
}

function bodyOf({ command, method, body }: Received): unknown {
  if (command === 'data') return queryBody(body)
  if (command === 'rows') return rowsBody(body)
  if ((command === 'table' && method === 'POST') || (command === 'column' && method !== 'PUT')) {
    return { columns: readSchema(body).fields.map(columnOf) }
  }
  // The requests that create and alter all keep their properties in the first slot.
  return { properties: AlterSchemaRequest.getRootAsAlterSchemaRequest(new ByteBuffer(body)).properties() }
}

const columnOf = ({ name, type, nullable }: Field) => ({ name, type: typeText(type), nullable })

function rowsBody(body: Uint8Array) {
  const batch = readOneBatch(body)
  const columns = batch.schema.fields.map((field, at) => {
    const vector = batch.getChildAt(at)
    return {
      ...columnOf(field),
      values: Array.from({ length: batch.numRows }, (_, row) => valueAt(vector, row)),
    }
  })
  return { rows: batch.numRows, columns }
}

/** Moments that no number of JavaScript's holds are told as they are stored: Arrow's own reading throws at them. */
function valueAt(vector: Vector | null, row: number): unknown {
  try {
    return plain(vector?.get(row))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return String(vector?.data[0]?.values?.[row])
  }
}

/** As JSON can hold it: what it cannot is written as text. */
function plain(value: unknown): unknown {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return value
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return String(value)
}

function queryBody(body: Uint8Array) {
  const listed: Field[] = []
  const { leaves, clauses } = queryOf(body, (fields) => {
    listed.push(...fields)
    return fields.flatMap((field, column) => nodesOfColumn({ column }, field))
  })
  // Columns that only the filter needs come in any order.
  const columns = listed.map(columnOf).sort((a, b) => (a.name < b.name ? -1 : 1))
  return { columns, projection: leaves.map(leafName), filter: clauses.map(clauseOf) }
}

function leafName({ field, path }: Node): string {
  const names: string[] = []
  let at: Field = field
  for (const child of path) {
    at = at.type.children[child] as Field
    names.push(at.name)
  }
  return [field.name, ...names].join('.')
}

const clauseOf = ({ node, ranges }: Clause) => ({ column: leafName(node), anyOf: ranges.map(rangeOf) })

function rangeOf(range: Range): unknown {
  if (!('all' in range)) return range
  return range.all.map(({ operator, value }) => [
    operator,
    Array.isArray(value) ? value.map(plain) : plain(value),
  ])
}
