import { conflict, notFound } from '../refusal.ts'
import type { Table } from './table.ts'

/** All buckets at one moment. A change makes another; what was read stays as it was. */
export type Database = { readonly buckets: ReadonlyMap<string, Bucket> }

/** Schemas by their whole path, `a/b` below `a`. */
export type Bucket = { readonly schemas: ReadonlyMap<string, Schema> }

export type Schema = { readonly properties: string; readonly tables: ReadonlyMap<string, Table> }

export type SchemaAddress = { readonly bucket: string; readonly schema: string }
export type TableAddress = SchemaAddress & { readonly table: string }

export const emptyDatabase = (buckets: readonly string[]): Database => ({
  buckets: new Map(buckets.map((name) => [name, { schemas: new Map() }])),
})

export function bucketOf(database: Database, bucket: string): Bucket {
  const found = database.buckets.get(bucket)
  if (!found) throw notFound(`there is no bucket ${bucket}`)
  return found
}

export function schemaOf(database: Database, { bucket, schema }: SchemaAddress): Schema {
  const found = bucketOf(database, bucket).schemas.get(schema)
  if (!found) throw notFound(`there is no schema ${bucket}/${schema}`)
  return found
}

export function tableOf(database: Database, address: TableAddress): Table {
  const found = schemaOf(database, address).tables.get(address.table)
  if (!found) throw notFound(`there is no table ${address.bucket}/${address.schema}/${address.table}`)
  return found
}

export function addSchema(database: Database, address: SchemaAddress, schema: Schema): Database {
  const { schemas } = bucketOf(database, address.bucket)
  if (schemas.has(address.schema)) throw conflict(`there is a schema ${address.schema}`)
  const parent = parentOf(address.schema)
  if (parent !== '' && !schemas.has(parent)) throw notFound(`there is no schema ${parent}`)
  return withSchemas(database, address.bucket, new Map(schemas).set(address.schema, schema))
}

export function dropSchema(database: Database, address: SchemaAddress): Database {
  const { tables } = schemaOf(database, address)
  const schemas = new Map(bucketOf(database, address.bucket).schemas)
  if (tables.size > 0) throw conflict(`there are tables in ${address.schema}`)
  for (const path of schemas.keys()) {
    if (path.startsWith(`${address.schema}/`)) throw conflict(`there are schemas in ${address.schema}`)
  }
  schemas.delete(address.schema)
  return withSchemas(database, address.bucket, schemas)
}

/** Gives a schema another path, and what is below it. */
export function moveSchema(database: Database, address: SchemaAddress, to: string): Database {
  schemaOf(database, address)
  const { schemas } = bucketOf(database, address.bucket)
  if (schemas.has(to)) throw conflict(`there is a schema ${to}`)
  if (to.startsWith(`${address.schema}/`)) throw conflict(`${to} is in ${address.schema}`)
  const parent = parentOf(to)
  if (parent !== '' && !schemas.has(parent)) throw notFound(`there is no schema ${parent}`)
  const isMoved = (path: string) => path === address.schema || path.startsWith(`${address.schema}/`)
  const moved = [...schemas].map(([path, schema]): [string, Schema] => [
    isMoved(path) ? to + path.slice(address.schema.length) : path,
    schema,
  ])
  return withSchemas(database, address.bucket, new Map(moved))
}

export function alterSchema(database: Database, address: SchemaAddress, properties: string): Database {
  const schema = { ...schemaOf(database, address), properties }
  const schemas = new Map(bucketOf(database, address.bucket).schemas).set(address.schema, schema)
  return withSchemas(database, address.bucket, schemas)
}

export function addTable(database: Database, address: TableAddress, table: Table): Database {
  const { tables } = schemaOf(database, address)
  if (tables.has(address.table)) throw conflict(`there is a table ${address.table}`)
  return withTables(database, address, new Map(tables).set(address.table, table))
}

export function changeTable(
  database: Database,
  address: TableAddress,
  change: (table: Table) => Table,
): Database {
  const changed = change(tableOf(database, address))
  const { tables } = schemaOf(database, address)
  return withTables(database, address, new Map(tables).set(address.table, changed))
}

export function dropTable(database: Database, address: TableAddress): Database {
  tableOf(database, address)
  const tables = new Map(schemaOf(database, address).tables)
  tables.delete(address.table)
  return withTables(database, address, tables)
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

function withSchemas(database: Database, bucket: string, schemas: ReadonlyMap<string, Schema>): Database {
  return { buckets: new Map(database.buckets).set(bucket, { schemas }) }
}

function withTables(
  database: Database,
  address: SchemaAddress,
  tables: ReadonlyMap<string, Table>,
): Database {
  const schema = { ...schemaOf(database, address), tables }
  const schemas = new Map(bucketOf(database, address.bucket).schemas).set(address.schema, schema)
  return withSchemas(database, address.bucket, schemas)
}
