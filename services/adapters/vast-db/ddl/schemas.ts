import { bucketPath, encoded, type SchemaRef, schemaPath } from '../names.ts'
import type { Session } from '../session.ts'
import { isVastDbError } from '../vast-db-error.ts'
import { AlterSchemaRequest } from '../wire/generated/tabular/alter-schema-request.ts'
import { CreateSchemaRequest } from '../wire/generated/tabular/create-schema-request.ts'
import { ListSchemasResponse } from '../wire/generated/tabular/list-schemas-response.ts'
import { type Listing, listExactly, listPages } from './list-pages.ts'
import { elements, readBody, writeBody } from './read-body.ts'

const PAGE = 1000

/** Their own names, without those of the schemas around them. */
export async function* listSchemas(
  session: Session,
  bucket: string,
  options: { readonly parent?: string; readonly prefix?: string } = {},
): AsyncGenerator<string> {
  const path =
    options.parent === undefined ? bucketPath(bucket) : schemaPath({ bucket, schema: options.parent })
  const prefix = options.prefix ?? ''
  for await (const page of listPages(session, { path, command: 'schema', pageSize: PAGE, prefix }))
    yield* namesIn(page.body)
}

export async function schemaExists(session: Session, { bucket, schema }: SchemaRef): Promise<boolean> {
  schemaPath({ bucket, schema }) // Names are looked at before anything is sent.
  const parts = schema.split('/')
  const name = parts.pop() as string
  const path = parts.length > 0 ? schemaPath({ bucket, schema: parts.join('/') }) : bucketPath(bucket)
  const listing: Listing = { path, command: 'schema', pageSize: 1 }
  try {
    return namesIn((await listExactly(session, listing, name)).body).includes(name)
  } catch (error) {
    if (isVastDbError(error, 'not_found')) return false
    throw error
  }
}

export async function createSchema(session: Session, ref: SchemaRef): Promise<void> {
  const body = writeBody((builder) =>
    CreateSchemaRequest.createCreateSchemaRequest(builder, builder.createString('')),
  )
  await session.send({ method: 'POST', path: schemaPath(ref), query: 'schema', body })
}

/** @returns whether it was missing */
export async function createSchemaIfMissing(session: Session, ref: SchemaRef): Promise<boolean> {
  if (await schemaExists(session, ref)) return false
  await createSchema(session, ref)
  return true
}

/** @param to the whole path, for a schema inside another one */
export async function renameSchema(session: Session, ref: SchemaRef, to: string): Promise<void> {
  schemaPath({ ...ref, schema: to })
  const body = writeBody((builder) => {
    AlterSchemaRequest.startAlterSchemaRequest(builder)
    return AlterSchemaRequest.endAlterSchemaRequest(builder)
  })
  const query = `schema&tabular-new-schema-name=${encoded(to)}`
  await session.send({ method: 'PUT', path: schemaPath(ref), query, body })
}

/** @throws VastDbError `conflict`: there are tables in it */
export async function dropSchema(session: Session, ref: SchemaRef): Promise<void> {
  await session.send({ method: 'DELETE', path: schemaPath(ref), query: 'schema' })
}

const namesIn = (body: Uint8Array): readonly string[] =>
  readBody(body, (bytes) => {
    const list = ListSchemasResponse.getRootAsListSchemasResponse(bytes)
    return elements(list.schemasLength(), (index) => list.schemas(index)?.name() ?? null)
  })
