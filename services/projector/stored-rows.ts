import { isIn } from '../adapters/vast-db/query/predicate.ts'
import { joinRowIds, ROW_ID, type RowIds, rowIdsOf } from '../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../adapters/vast-db/table.ts'

/** Where a row is, as far as this transaction goes, and what some of its columns hold. */
export type StoredRow = {
  readonly rowId: bigint
  readonly wide: boolean
  readonly values: Readonly<Record<string, unknown>>
}

const IDS_AT_ONCE = 1_000

/** The rows of some ids. */
export async function storedRows(
  table: Table,
  ids: readonly string[],
  columns: readonly string[] = [],
): Promise<ReadonlyMap<string, StoredRow>> {
  const found = new Map<string, StoredRow>()
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const where = isIn('id', ids.slice(from, from + IDS_AT_ONCE))
    for await (const batch of table.select({ columns: ['id', ...columns, ROW_ID], where, subSplits: 1 })) {
      const { values: rowIds, wide } = rowIdsOf(batch.getChild(ROW_ID)!)
      for (const [at, row] of [...batch].entries()) {
        const values = Object.fromEntries(columns.map((column) => [column, plain(row[column])]))
        found.set(row['id'], { rowId: rowIds[at]!, wide, values })
      }
    }
  }
  return found
}

/** Lists of texts are told as arrays. */
const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && Symbol.iterator in value
    ? [...(value as Iterable<unknown>)]
    : value

export const idsOfRows = (rows: readonly Pick<StoredRow, 'rowId' | 'wide'>[]): RowIds =>
  rows.length === 0
    ? { values: [], wide: false }
    : { values: rows.map(({ rowId }) => rowId), wide: rows[0]!.wide }

/** Empties a table. */
export async function deleteAll(table: Table): Promise<void> {
  const ids: RowIds[] = []
  for await (const batch of table.select({ columns: [ROW_ID] })) ids.push(rowIdsOf(batch.getChild(ROW_ID)!))
  await table.delete(joinRowIds(ids))
}
