import type { Table } from '../adapters/vast-db/table.ts'
import { resourceRows } from '../analytics/export/resource-slices.ts'
import type { CatalogSnapshot } from './catalog-snapshots.ts'
import { type StoredRow, storedRows } from './stored-rows.ts'
import type { Row, RowCount } from './write-changes.ts'
import { replaceRows, rowsById } from './write-rows.ts'

// A collection is told on both sides. An event is about one of them: the other is found by what changes in the row,
// so that whenever a transaction ends, both say the same.

const COLLECTIONS = {
  flows: { members: 'flow_collection', others: ['source_id'] },
  sources: { members: 'source_collection', others: [] },
} as const

type Collecting = keyof typeof COLLECTIONS

/** Writes rows of flows, and of all flows and sources that change with them. */
export async function writeCollections(
  tables: Readonly<Record<Collecting, Table>>,
  flowIds: Iterable<string>,
  sourceIds: Iterable<string>,
  snapshot: CatalogSnapshot,
  count: RowCount,
): Promise<void> {
  const flows = await changedRows(tables.flows, 'flows', flowIds, snapshot)
  const sources = new Set(sourceIds)
  for (const [before, after] of flows.changes()) {
    if (JSON.stringify(relations('flows', before)) === JSON.stringify(relations('flows', after))) continue
    for (const side of [before, after]) if (side) sources.add(side['source_id'] as string)
  }
  await replaceRows(tables.flows, 'flows', flows.stored, flows.rows, count)
  const changed = await changedRows(tables.sources, 'sources', sources, snapshot)
  await replaceRows(tables.sources, 'sources', changed.stored, changed.rows, count)
}

type Side = Readonly<Record<string, unknown>> | undefined

async function changedRows(
  table: Table,
  name: Collecting,
  ids: Iterable<string>,
  { database, reader }: CatalogSnapshot,
) {
  const stored = new Map<string, StoredRow>()
  const rows = new Map<string, Row>()
  const seen = new Set(ids)
  const { members, others } = COLLECTIONS[name]
  for (let open = [...seen]; open.length > 0; ) {
    for (const [id, row] of await storedRows(table, open, [members, 'collected_by', ...others]))
      stored.set(id, row)
    for (const [id, row] of rowsById(resourceRows(name, database, reader, open))) rows.set(id, row)
    const touched = open.flatMap((id) => relatedBy(name, stored.get(id)?.values, rows.get(id)))
    open = [...new Set(touched)].filter((id) => !seen.has(id))
    for (const id of open) seen.add(id)
  }
  const changes = () => [...seen].map((id): [Side, Side] => [stored.get(id)?.values, rows.get(id)])
  return { stored, rows, changes }
}

/** Those on the other side of what has changed. */
function relatedBy(name: Collecting, before: Side, after: Side): readonly string[] {
  const { members } = COLLECTIONS[name]
  const sides = [before, after]
  return [
    ...(before?.[members] === after?.[members] ? [] : sides.flatMap((side) => memberIds(side?.[members]))),
    ...(JSON.stringify(before?.['collected_by']) === JSON.stringify(after?.['collected_by'])
      ? []
      : sides.flatMap((side) => (side?.['collected_by'] as readonly string[] | null | undefined) ?? [])),
  ]
}

const memberIds = (json: unknown): readonly string[] =>
  typeof json === 'string' ? (JSON.parse(json) as { id: string }[]).map(({ id }) => id) : []

function relations(name: Collecting, side: Side): readonly unknown[] {
  const { members, others } = COLLECTIONS[name]
  return [side?.[members], side?.['collected_by'], ...others.map((column) => side?.[column])]
}
