import type { Data, Field } from 'apache-arrow'
import type { Chunk } from './chunk.ts'

/** A column keeps its id when it is renamed. */
export type Column = { readonly id: number; readonly field: Field }

/**
 * A table as it is at one moment; nothing here is ever changed in place.
 * @see sections 4 and 5 of the protocol
 */
export type Table = {
  /** Of this table for ever, whatever its name. */
  readonly handle: number
  readonly columns: readonly Column[]
  readonly nextColumnId: number
  /** Ids of columns; none for a table that is not sorted. */
  readonly sortingKey: readonly number[]
  /** Who gives out row ids: settled by the first insert into a table that has a column `vastdb_rowid`. */
  readonly rowIds: 'unsettled' | 'internal' | 'external'
  /** In the order of their row ids, never overlapping. */
  readonly chunks: readonly Chunk[]
  /** Rows there are, and rows there ever were. */
  readonly rows: number
  readonly inserted: number
}

/** Rows of a statement: their ids ascending, and what it says of some columns. */
export type Rows = {
  readonly ids: Float64Array
  readonly columns: ReadonlyMap<number, Data>
}

export function createTable(handle: number, fields: readonly Field[], sortingKey: readonly number[]): Table {
  return {
    handle,
    columns: fields.map((field, id) => ({ id, field })),
    nextColumnId: fields.length,
    sortingKey,
    rowIds: 'unsettled',
    chunks: [],
    rows: 0,
    inserted: 0,
  }
}

export const isSorted = (table: Table): boolean => table.sortingKey.length > 0

export function columnNamed(table: Table, name: string): Column | undefined {
  return table.columns.find(({ field }) => field.name === name)
}

export function withColumns(table: Table, fields: readonly Field[]): Table {
  const added = fields.map((field, at) => ({ id: table.nextColumnId + at, field }))
  return { ...table, columns: [...table.columns, ...added], nextColumnId: table.nextColumnId + fields.length }
}

export function withoutColumns(table: Table, names: ReadonlySet<string>): Table {
  return { ...table, columns: table.columns.filter(({ field }) => !names.has(field.name)) }
}

export function withRenamedColumn(table: Table, from: string, to: string): Table {
  const columns = table.columns.map((column) =>
    column.field.name === from ? { ...column, field: column.field.clone({ name: to }) } : column,
  )
  return { ...table, columns }
}
