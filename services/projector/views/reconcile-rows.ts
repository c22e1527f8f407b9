import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import type { Predicate } from '../../adapters/vast-db/query/predicate.ts'
import { joinRowIds, ROW_ID, type RowIds, rowIdsOf } from '../../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import { type RowTexts, rowTexts } from '../verify/row-digests.ts'
import type { RowCount } from '../write-rows.ts'

type Row = RowOf<Columns>

type Declared = { readonly name: string; readonly columns: Columns; readonly key: readonly string[] }

type Stored = { readonly id: RowIds; readonly text: string }

/** Has the rows that a predicate finds be these, and writes only those that are not so yet. */
export async function reconcileRows(
  table: Table,
  { name, columns, key }: Declared,
  where: Predicate | undefined,
  wanted: readonly Row[],
  count: RowCount,
): Promise<void> {
  const names = Object.keys(columns)
  const stored = new Map<string, Stored>()
  const options = { columns: [...names, ROW_ID], subSplits: 1, ...(where && { where }) }
  for await (const batch of table.select(options)) {
    const { values, wide } = rowIdsOf(batch.getChild(ROW_ID)!)
    let at = 0
    for (const texts of rowTexts(batch, names)) {
      const id = { values: values.slice(at, ++at), wide }
      stored.set(keyOf(texts, key), { id, text: JSON.stringify(texts) })
    }
  }
  const inserted: Row[] = []
  const updated: { readonly row: Row; readonly id: RowIds }[] = []
  let at = 0
  for (const texts of rowTexts(recordBatch(columns, wanted), names)) {
    const row = wanted[at++]!
    const there = stored.get(keyOf(texts, key))
    stored.delete(keyOf(texts, key))
    if (!there) inserted.push(row)
    else if (there.text !== JSON.stringify(texts)) updated.push({ row, id: there.id })
  }
  await table.delete(joinRowIds([...stored.values()].map(({ id }) => id)))
  const others = Object.fromEntries(Object.entries(columns).filter(([column]) => !key.includes(column)))
  await table.update(
    joinRowIds(updated.map(({ id }) => id)),
    recordBatch(
      others,
      updated.map(({ row }) => row),
    ),
  )
  if (inserted.length > 0) await table.insert(recordBatch(columns, inserted))
  count(name, 'deleted', stored.size)
  count(name, 'updated', updated.length)
  count(name, 'inserted', inserted.length)
}

const keyOf = (texts: RowTexts, key: readonly string[]): string =>
  texts.flatMap(([column, text]) => (key.includes(column) ? [text] : [])).join(' ')
