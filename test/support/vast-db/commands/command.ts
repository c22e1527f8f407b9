import type { Received } from '../http/received.ts'
import type { Claim, Hold } from '../store/claims.ts'
import type { SchemaAddress, TableAddress } from '../store/database.ts'
import type { Transaction, Transactions } from '../store/transactions.ts'

export type Settings = {
  readonly version: string
  readonly rowsPerBatch: number
  /** Rows of one page of a sub-split. */
  readonly rowsPerPage: number
  /** A keep-alive frame before every so many others; none by default. */
  readonly framesPerKeepAlive: number
  /** A page of a list is at most this long, whatever a client asks for. */
  readonly maxListPage: number
}

/** What commands share that is not of any transaction. */
export type Engine = {
  readonly settings: Settings
  readonly transactions: Transactions
  newHandle(): number
  /** Row ids are given out at once, and never again, whatever becomes of the transaction. */
  takeRowIds(handle: number, count: number): Float64Array
}

export type Reply = {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | Iterable<Uint8Array>
}

export type Call = {
  readonly request: Received
  readonly transaction: Transaction
  readonly engine: Engine
}

export type Command = {
  /** What the path is of. */
  readonly of: 'bucket or schema' | 'schema' | 'table'
  readonly body: 'none' | 'some' | 'maybe'
  readonly params?: readonly string[]
  /** Headers of its own, beside those of all. A name that ends in `-` stands for itself with a number. */
  readonly headers?: readonly string[]
  readonly required?: readonly string[]
  run(call: Call): Reply
}

export function schemaAddress({ request: { segments } }: Call): SchemaAddress {
  const [bucket = '', ...schema] = segments
  return { bucket, schema: schema.join('/') }
}

export function tableAddress({ request: { segments } }: Call): TableAddress {
  const [bucket = '', ...path] = segments
  return { bucket, schema: path.slice(0, -1).join('/'), table: path.at(-1) ?? '' }
}

/** Keeps schemas where they are while something in them is written. */
export function pathHolds({ bucket, schema }: SchemaAddress): (readonly [string, Hold])[] {
  const names = schema === '' ? [] : schema.split('/')
  return names.map((_, at) => [schemaKey({ bucket, schema: names.slice(0, at + 1).join('/') }), 'shared'])
}

export const schemaKey = ({ bucket, schema }: SchemaAddress): string => `schema ${bucket}/${schema}`

export const nameKey = ({ bucket, schema, table }: TableAddress): string =>
  `table ${bucket}/${schema}/${table}`

export function tableClaim(address: TableAddress, handle: number, hold: Hold): Claim {
  return { holds: [...pathHolds(address), [nameKey(address), hold], [`table ${handle}`, hold]] }
}
