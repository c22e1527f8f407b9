import type { Schema } from 'apache-arrow'
import {
  createSchema,
  createSchemaIfMissing,
  dropSchema,
  listSchemas,
  renameSchema,
  schemaExists,
} from './ddl/schemas.ts'
import {
  type CreateTableOptions,
  createTable,
  createTableIfMissing,
  findTable,
  listTables,
  type TableDetails,
} from './ddl/tables.ts'
import type { SchemaRef, TableRef } from './names.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { type Table, table } from './table.ts'

/** What is done in it becomes visible to others when it commits, all at once. It sees its own writes. */
export type Transaction = {
  readonly id: bigint
  /** Done by itself every minute. */
  keepAlive(): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  listSchemas(bucket: string, options?: { parent?: string; prefix?: string }): AsyncGenerator<string>
  schemaExists(ref: SchemaRef): Promise<boolean>
  createSchema(ref: SchemaRef): Promise<void>
  /** @returns whether it was missing */
  createSchemaIfMissing(ref: SchemaRef): Promise<boolean>
  renameSchema(ref: SchemaRef, to: string): Promise<void>
  dropSchema(ref: SchemaRef): Promise<void>
  listTables(ref: SchemaRef, options?: { prefix?: string; withSizes?: boolean }): AsyncGenerator<TableDetails>
  findTable(ref: TableRef): Promise<TableDetails | undefined>
  createTable(ref: TableRef, schema: Schema, options?: CreateTableOptions): Promise<Table>
  /** One that is there is left as it is, whatever its columns are. */
  createTableIfMissing(ref: TableRef, schema: Schema, options?: CreateTableOptions): Promise<Table>
  table(ref: TableRef): Table
}

export function transaction({ id, session, keepAlive, commit, rollback }: OpenTransaction): Transaction {
  return {
    id,
    keepAlive,
    commit,
    rollback,
    listSchemas: (bucket, options) => listSchemas(session, bucket, options),
    schemaExists: (ref) => schemaExists(session, ref),
    createSchema: (ref) => createSchema(session, ref),
    createSchemaIfMissing: (ref) => createSchemaIfMissing(session, ref),
    renameSchema: (ref, to) => renameSchema(session, ref, to),
    dropSchema: (ref) => dropSchema(session, ref),
    listTables: (ref, options) => listTables(session, ref, options),
    findTable: (ref) => findTable(session, ref),
    async createTable(ref, schema, options) {
      await createTable(session, ref, schema, options)
      return table(session, ref)
    },
    async createTableIfMissing(ref, schema, options) {
      await createTableIfMissing(session, ref, schema, options)
      return table(session, ref)
    },
    table: (ref) => table(session, ref),
  }
}
