import { Builder } from 'flatbuffers'
import { ListSchemasResponse } from '../../../../services/adapters/vast-db/wire/generated/tabular/list-schemas-response.ts'
import { ListTablesResponse } from '../../../../services/adapters/vast-db/wire/generated/tabular/list-tables-response.ts'
import { ObjectDetails } from '../../../../services/adapters/vast-db/wire/generated/tabular/object-details.ts'
import { flagHeader, numberHeader, type Received } from '../http/received.ts'
import { badRequest } from '../refusal.ts'
import type { Settings } from './command.ts'

export const LIST_HEADERS = [
  'tabular-max-keys',
  'tabular-next-key',
  'tabular-name-exact-match',
  'tabular-name-prefix',
  'tabular-list-count-only',
] as const

/** Keys to go on with are opaque: these do not fit a double, so that who counts with them is found out. */
const FIRST_KEY = 2n ** 63n

export type ListPage<T> = { readonly items: readonly T[]; readonly headers: Record<string, string> }

/** The page of a list that a request asks for. @see section 3.2 of the protocol */
export function listPage<T>(
  request: Received,
  all: readonly T[],
  nameOf: (item: T) => string,
  { maxListPage }: Settings,
): ListPage<T> {
  const exact = request.headers['tabular-name-exact-match']
  const prefix = request.headers['tabular-name-prefix']
  if (exact !== undefined && prefix !== undefined) throw badRequest('both an exact name and a prefix')
  const wanted = all.filter((item) =>
    exact === undefined ? nameOf(item).startsWith(String(prefix ?? '')) : nameOf(item) === exact,
  )
  const size = Math.min(Number(numberHeader(request, 'tabular-max-keys') ?? 1000n), maxListPage)
  if (size < 1) throw badRequest('tabular-max-keys is at least 1')
  const start = startOf(numberHeader(request, 'tabular-next-key') ?? 0n)
  const countOnly = flagHeader(request, 'tabular-list-count-only')
  const items = countOnly ? [] : wanted.slice(start, start + size)
  const isTruncated = !countOnly && start + size < wanted.length
  const headers = {
    'tabular-next-key': String(isTruncated ? FIRST_KEY + BigInt(start + size) : 0),
    'tabular-is-truncated': String(isTruncated),
    ...(countOnly && { 'tabular-list-count': String(wanted.length) }),
  }
  return { items, headers }
}

function startOf(key: bigint): number {
  if (key !== 0n && key < FIRST_KEY) throw badRequest(`tabular-next-key ${key} was never given out`)
  return key === 0n ? 0 : Number(key - FIRST_KEY)
}

export type Details = {
  readonly name: string
  readonly properties: string
  readonly handle: string
  readonly rows?: number
  readonly bytes?: number
  readonly isSorted?: boolean
  readonly inserted?: number
}

export function schemasBody(bucket: string, schemas: readonly Details[]): Uint8Array {
  const builder = new Builder()
  const vector = ListSchemasResponse.createSchemasVector(
    builder,
    schemas.map((one) => details(builder, one)),
  )
  const name = builder.createString(bucket)
  ListSchemasResponse.startListSchemasResponse(builder)
  ListSchemasResponse.addBucketName(builder, name)
  ListSchemasResponse.addSchemas(builder, vector)
  builder.finish(ListSchemasResponse.endListSchemasResponse(builder))
  return builder.asUint8Array()
}

export function tablesBody(bucket: string, schema: string, tables: readonly Details[]): Uint8Array {
  const builder = new Builder()
  const vector = ListTablesResponse.createTablesVector(
    builder,
    tables.map((one) => details(builder, one)),
  )
  const [bucketName, schemaName] = [builder.createString(bucket), builder.createString(schema)]
  ListTablesResponse.startListTablesResponse(builder)
  ListTablesResponse.addBucketName(builder, bucketName)
  ListTablesResponse.addSchemaName(builder, schemaName)
  ListTablesResponse.addTables(builder, vector)
  builder.finish(ListTablesResponse.endListTablesResponse(builder))
  return builder.asUint8Array()
}

function details(builder: Builder, one: Details): number {
  const name = builder.createString(one.name)
  const properties = builder.createString(one.properties)
  const handle = builder.createString(one.handle)
  ObjectDetails.startObjectDetails(builder)
  ObjectDetails.addName(builder, name)
  ObjectDetails.addProperties(builder, properties)
  ObjectDetails.addHandle(builder, handle)
  ObjectDetails.addNumRows(builder, BigInt(one.rows ?? 0))
  ObjectDetails.addSizeInBytes(builder, BigInt(one.bytes ?? 0))
  ObjectDetails.addSortingKeyEnabled(builder, one.isSorted ?? false)
  ObjectDetails.addSortingScore(builder, one.isSorted ? SORTED : 0n)
  ObjectDetails.addAcummulativeRowInseritionCount(builder, BigInt(one.inserted ?? 0))
  return ObjectDetails.endObjectDetails(builder)
}

/** Bit 63 says that sorting is done; the others hold a score. */
export const SORTED = BigInt.asIntN(64, 2n ** 63n)
