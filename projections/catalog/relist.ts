import type { CatalogWrite } from './catalog-write.ts'
import { collectionFacets, columnFacets, type Facet, tagFacets, tagNames, tagSetFacet } from './facets.ts'
import { extentFacets } from './flow-extent.ts'
import { insertRows } from './insert-rows.ts'
import type { SqlValue } from './row-change.ts'

// The facets of a flow or source follow from what the other tables say of it, and from nothing else: in
// whatever order and batches events come, they are the same in the end.

type Listed = 'flows' | 'sources'

type ListedRow = Readonly<Record<string, SqlValue>> & {
  readonly key: number
  readonly document: string
  readonly created_ms: number
  readonly updated_ms: number
  readonly sort_label: string
  readonly collects: number | null
  readonly collected: number | null
}

type FacetRow = Pick<ListedRow, 'updated_ms' | 'sort_label'> & { readonly facet: number }

const FACETS = { flows: 'flow_facets', sources: 'source_facets' } as const

const COLLECTORS = {
  flows: 'SELECT DISTINCT flow_id AS id FROM flow_members WHERE member_id = ?',
  sources: `SELECT DISTINCT source_id AS id FROM flow_members
    WHERE member_source_id = ?1 AND source_id <> ?1`,
} as const

/** Writes the facets of all that are marked. */
export function relistAll(write: CatalogWrite): void {
  const { prepare, staged } = write
  for (const list of ['flows', 'sources'] as const) {
    const marked = staged.relisted[list]
    const rows: SqlValue[][] = []
    for (const id of marked) rows.push(...newFacets(write, list, id))
    insertRows(prepare, `INSERT INTO ${FACETS[list]}`, rows)
    marked.clear()
  }
}

/** Takes away the facets of a row that is about to go. */
export function unlist({ prepare }: CatalogWrite, list: Listed, id: string): void {
  prepare(`DELETE FROM ${FACETS[list]} WHERE key = (SELECT key FROM ${list} WHERE id = ?)`).run(id)
}

/** Corrects the facets a row has. @returns those that it lacks, as rows */
function newFacets(write: CatalogWrite, list: Listed, id: string): SqlValue[][] {
  const { prepare } = write
  const row = prepare(`SELECT * FROM ${list} WHERE id = ?`).get(id) as ListedRow | undefined
  if (!row) return []
  const { key, created_ms, updated_ms, sort_label } = row
  const wanted = wantedFacets(write, list, id, row)
  const has = prepare(`SELECT facet, updated_ms, sort_label FROM ${FACETS[list]} WHERE key = ?`).all(key)
  for (const { facet } of has as FacetRow[]) {
    if (wanted.delete(facet)) continue
    prepare(`DELETE FROM ${FACETS[list]} WHERE key = ? AND facet = ?`).run(key, facet)
  }
  const [first] = has as FacetRow[]
  if (first && (first.updated_ms !== updated_ms || first.sort_label !== sort_label)) {
    prepare(`UPDATE ${FACETS[list]} SET updated_ms = ?, sort_label = ? WHERE key = ?`).run(
      updated_ms,
      sort_label,
      key,
    )
  }
  return [...wanted].map((facet) => [key, facet, created_ms, updated_ms, sort_label])
}

function wantedFacets(write: CatalogWrite, list: Listed, id: string, row: ListedRow): Set<number> {
  const described = JSON.parse(row.document)
  const collectors = (write.prepare(COLLECTORS[list]).all(id) as { id: string }[]).map((each) => each.id)
  const isCollected = collectors.length > 0 ? 1 : null
  if (row.collected !== isCollected) {
    write.prepare(`UPDATE ${list} SET collected = ? WHERE key = ?`).run(isCollected, row.key)
  }
  if (list === 'sources') noteWhetherCollects(write, id, row)
  const facets: (Facet | number)[] = [
    ...columnFacets(row),
    ...tagFacets(described),
    ...collectionFacets(collectors),
    ...(list === 'flows' ? extentFacets(write, id) : []),
  ]
  const ids = new Set(facets.map((facet) => (typeof facet === 'number' ? facet : facetId(write, facet))))
  noteTagSet(write, tagNames(described))
  return ids
}

function noteWhetherCollects({ prepare }: CatalogWrite, id: string, row: ListedRow): void {
  const found = prepare(
    'SELECT 1 FROM flow_members WHERE source_id = ?1 AND (member_source_id < ?1 OR member_source_id > ?1) LIMIT 1',
  ).get(id)
  const collects = found ? 1 : null
  if (row.collects === collects) return
  prepare('UPDATE sources SET collects = ? WHERE key = ?').run(collects, row.key)
}

function noteTagSet(write: CatalogWrite, names: readonly string[]): void {
  const facet = facetId(write, tagSetFacet(names))
  write.prepare('INSERT OR IGNORE INTO tag_sets VALUES (?, ?)').run(facet, JSON.stringify(names))
}

const MAX_FACETS_KEPT = 50_000
/** Characters: longer ones are rare, and thousands of them are too much to keep. */
const MAX_FACET_KEPT = 200

/** Facets have small integer ids: there are some twenty for each flow. */
function facetId({ prepare, facets }: CatalogWrite, facet: Facet): number {
  const known = facets.get(facet)
  if (known !== undefined) return known
  const row = prepare('SELECT id FROM facets WHERE name = ?').get(facet) as { id: number } | undefined
  const id = row?.id ?? Number(prepare('INSERT INTO facets (name) VALUES (?)').run(facet).lastInsertRowid)
  if (facets.size >= MAX_FACETS_KEPT) facets.clear()
  if (facet.length <= MAX_FACET_KEPT) facets.set(facet, id)
  return id
}
