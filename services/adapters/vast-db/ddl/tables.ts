import type { Schema } from 'apache-arrow'
import { encodeSchema } from '../ipc/encode-schema.ts'
import { encoded, type SchemaRef, schemaPath, type TableRef, tablePath } from '../names.ts'
import { requireFeature, requireTypes } from '../server-version.ts'
import type { Session } from '../session.ts'
import { VastDbError } from '../vast-db-error.ts'
import { AlterTableRequest } from '../wire/generated/tabular/alter-table-request.ts'
import { ListTablesResponse } from '../wire/generated/tabular/list-tables-response.ts'
import type { ObjectDetails } from '../wire/generated/tabular/object-details.ts'
import { listExactly, listPages } from './list-pages.ts'
import { elements, readBody, writeBody } from './read-body.ts'

export type TableDetails = {
  readonly name: string
  /** The server's own number of the table: a table that is dropped and created anew has another. */
  readonly handle: string
  /** About how many; 0 unless asked for. */
  readonly rows: bigint
  readonly bytes: bigint
  readonly sorted: boolean
}

const PAGE = 1000

/** @param options.withSizes asks for rows and bytes, which costs the server more */
export async function* listTables(
  session: Session,
  ref: SchemaRef,
  options: { readonly prefix?: string; readonly withSizes?: boolean } = {},
): AsyncGenerator<TableDetails> {
  const headers = { 'tabular-include-list-stats': options.withSizes ? 'True' : 'False' }
  const prefix = options.prefix ?? ''
  const listing = { path: schemaPath(ref), command: 'table', pageSize: PAGE, headers, prefix } as const
  for await (const page of listPages(session, listing)) yield* detailsIn(page.body)
}

/** @returns undefined if there is no such table */
export async function findTable(session: Session, ref: TableRef): Promise<TableDetails | undefined> {
  tablePath(ref) // Names are looked at before anything is sent.
  const headers = { 'tabular-include-list-stats': 'True' }
  const listing = { path: schemaPath(ref), command: 'table', pageSize: PAGE, headers } as const
  const { body } = await listExactly(session, listing, ref.table)
  return detailsIn(body).find(({ name }) => name === ref.table)
}

export type CreateTableOptions = {
  /** Columns of the sorting key, the first one first. They cannot be updated later. */
  readonly sortedBy?: readonly string[]
}

/** All its columns take null. */
export async function createTable(
  session: Session,
  ref: TableRef,
  schema: Schema,
  options: CreateTableOptions = {},
): Promise<void> {
  requireTypes(session.version, schema)
  const headers = sortingHeaders(session, schema, options.sortedBy ?? [])
  const body = encodeSchema(schema)
  await session.send({ method: 'POST', path: tablePath(ref), query: 'table', headers, body })
}

/** @returns whether it was missing; one that is there is left as it is */
export async function createTableIfMissing(
  session: Session,
  ref: TableRef,
  schema: Schema,
  options: CreateTableOptions = {},
): Promise<boolean> {
  if (await findTable(session, ref)) return false
  await createTable(session, ref, schema, options)
  return true
}

/** @param columns all of the table's, in its order */
export async function addSortingKey(
  session: Session,
  ref: TableRef,
  columns: Schema,
  sortedBy: readonly string[],
): Promise<void> {
  const headers = sortingHeaders(session, columns, sortedBy)
  await session.send({ method: 'PUT', path: tablePath(ref), query: 'table', headers, body: alterTable() })
}

/** Within its bucket; it may move to another schema. */
export async function renameTable(
  session: Session,
  ref: TableRef,
  to: { readonly schema: string; readonly table: string },
): Promise<void> {
  tablePath({ ...ref, ...to })
  const query = `table&tabular-new-table-name=${encoded(`${to.schema}/${to.table}`)}`
  await session.send({ method: 'PUT', path: tablePath(ref), query, body: alterTable() })
}

export async function dropTable(session: Session, ref: TableRef): Promise<void> {
  await session.send({ method: 'DELETE', path: tablePath(ref), query: 'table' })
}

function sortingHeaders(session: Session, schema: Schema, sortedBy: readonly string[]) {
  if (sortedBy.length > 0) requireFeature(session.version, 'sorted tables')
  return Object.fromEntries(
    sortedBy.map((name, place) => {
      const index = schema.fields.findIndex((field) => field.name === name)
      if (index < 0)
        throw new VastDbError('bad_argument', `there is no column ${JSON.stringify(name)} to sort by`)
      return [`tabular-sorted-column-${place}`, String(index)]
    }),
  )
}

const alterTable = (): Uint8Array =>
  writeBody((builder) => {
    AlterTableRequest.startAlterTableRequest(builder)
    return AlterTableRequest.endAlterTableRequest(builder)
  })

const detailsIn = (body: Uint8Array): readonly TableDetails[] =>
  readBody(body, (bytes) => {
    const list = ListTablesResponse.getRootAsListTablesResponse(bytes)
    return elements(list.tablesLength(), (index) => list.tables(index)).map(detailsOf)
  })

const detailsOf = (table: ObjectDetails): TableDetails => ({
  name: table.name() ?? '',
  handle: table.handle() ?? '',
  rows: table.numRows(),
  bytes: table.sizeInBytes(),
  sorted: table.sortingKeyEnabled(),
})
