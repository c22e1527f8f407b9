import { recordBatch } from '../../../projections/vast/arrow/record-batch.ts'
import type { Predicate } from '../../adapters/vast-db/query/predicate.ts'
import { joinRowIds, ROW_ID, type RowIds, rowIdsOf } from '../../adapters/vast-db/rows/row-ids.ts'
import type { Table } from '../../adapters/vast-db/table.ts'
import { type RowTexts, rowTexts } from '../verify/row-digests.ts'
import { type Changed, type Row, type RowCount, writeChanges } from '../write-changes.ts'

type Stored = { readonly id: RowIds; readonly text: string }

/** Has the rows that a predicate finds be these, and writes only those that are not so yet. */
export async function reconcileRows(
  table: Table,
  declared: Changed,
  where: Predicate | undefined,
  wanted: readonly Row[],
  count: RowCount,
): Promise<void> {
  const { columns, key } = declared
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
  const changes = {
    deleted: joinRowIds([...stored.values()].map(({ id }) => id)),
    updated: { ids: joinRowIds(updated.map(({ id }) => id)), rows: updated.map(({ row }) => row) },
    inserted,
  }
  await writeChanges(table, declared, changes, count)
}

const keyOf = (texts: RowTexts, key: readonly string[]): string =>
  texts.flatMap(([column, text]) => (key.includes(column) ? [text] : [])).join(' ')
