import { type Table as ArrowTable, Decimal, Field, type RecordBatch, type Schema, Uint64 } from 'apache-arrow'
import {
  addColumns,
  columnsNamed,
  dropColumns,
  listColumns,
  listSortedColumns,
  renameColumn,
} from './ddl/columns.ts'
import { type TableStats, tableStats } from './ddl/table-stats.ts'
import { addSortingKey, dropTable, findTable, renameTable } from './ddl/tables.ts'
import type { TableRef } from './names.ts'
import { columnsIn } from './query/normal-form.ts'
import { countRows, type SelectOptions, selectRows } from './query/select-rows.ts'
import { joinRowIds, ROW_ID, type RowIds } from './rows/row-ids.ts'
import { deleteRows, insertRows, updateRows } from './rows/write-rows.ts'
import type { Session } from './session.ts'
import { VastDbError } from './vast-db-error.ts'

/** One table, within one transaction. It need not be there before it is spoken to. */
export type Table = {
  readonly ref: TableRef
  /** In the order in which they were created. */
  columns(): Promise<Schema>
  /** Of the sorting key; none if the table is not sorted. */
  sortedColumns(): Promise<Schema>
  stats(): Promise<TableStats>
  addColumns(columns: Schema): Promise<void>
  dropColumns(names: readonly string[]): Promise<void>
  renameColumn(from: string, to: string): Promise<void>
  addSortingKey(names: readonly string[]): Promise<void>
  /** @param to in the same schema, unless another is named */
  rename(to: { readonly schema?: string; readonly table: string }): Promise<void>
  drop(): Promise<void>
  /**
   * Columns are found by their names; those that are missing become null. Text has to be a column of Utf8, which
   * `vectorFromArray` alone does not make: it is given the type.
   * @returns the ids of the rows, in their order
   */
  insert(rows: RecordBatch | ArrowTable): Promise<RowIds>
  /** @param columns as many rows as there are ids, with the columns to change */
  update(ids: RowIds, columns: RecordBatch): Promise<void>
  delete(ids: RowIds): Promise<void>
  /** Rows in batches, as they come: those that are not asked for wait at the server. */
  select(options?: SelectOptions): AsyncGenerator<RecordBatch>
  count(options?: Omit<SelectOptions, 'columns' | 'limit'>): Promise<number>
}

export function table(session: Session, ref: TableRef): Table {
  const columns = kept(() => listColumns(session, ref))
  const keyColumns = kept(async () => (await listSortedColumns(session, ref)).fields.map(({ name }) => name))
  const writing = { session, ref, keyColumns: keyColumns.get }

  /** All that can be selected, `$row_id` only if it is asked for: finding its type takes a request. */
  const selectable = async ({ columns: names = [], where }: SelectOptions): Promise<readonly Field[]> => {
    const { fields } = await columns.get()
    if (![...names, ...(where ? columnsIn(where) : [])].includes(ROW_ID)) return fields
    const details = await findTable(session, ref)
    if (!details) throw new VastDbError('not_found', `there is no table ${ref.table}`)
    return [...fields, new Field(ROW_ID, details.sorted ? new Decimal(0, 38, 128) : new Uint64(), true)]
  }

  const changing = async (change: Promise<void>): Promise<void> => {
    columns.forget()
    keyColumns.forget()
    await change
  }

  return {
    ref,
    columns: columns.get,
    sortedColumns: () => listSortedColumns(session, ref),
    stats: () => tableStats(session, ref),
    addColumns: (added) => changing(addColumns(session, ref, added)),
    dropColumns: async (names) =>
      changing(dropColumns(session, ref, columnsNamed(await columns.get(), names))),
    renameColumn: (from, to) => changing(renameColumn(session, ref, from, to)),
    addSortingKey: async (names) => changing(addSortingKey(session, ref, await columns.get(), names)),
    rename: (to) => changing(renameTable(session, ref, { schema: ref.schema, ...to })),
    drop: () => changing(dropTable(session, ref)),
    async insert(rows) {
      const ids: RowIds[] = []
      for (const batch of 'batches' in rows ? rows.batches : [rows])
        ids.push(await insertRows(writing, batch))
      return joinRowIds(ids)
    },
    update: (ids, changed) => updateRows(writing, ids, changed),
    delete: (ids) => deleteRows(writing, ids),
    async *select(options = {}) {
      yield* selectRows(session, ref, await selectable(options), options)
    },
    count: async (options = {}) => countRows(session, ref, await selectable(options), options),
  }
}

/** Asked for once, and again after it was forgotten or could not be had. */
function kept<T>(ask: () => Promise<T>): { get(): Promise<T>; forget(): void } {
  let asked: Promise<T> | undefined
  const forget = () => {
    asked = undefined
  }
  return {
    get() {
      asked ??= ask().catch((error) => {
        forget()
        throw error
      })
      return asked
    },
    forget,
  }
}
