import type { FacetTable } from './facet-choice.ts'

/** Part of a WHERE, with its parameters. */
export type Part = { readonly sql: string; readonly parameters: readonly (string | number)[] }

export type Listing = { readonly table: 'flows' | 'sources'; readonly facets: FacetTable }

export type ListSort = 'created' | 'updated' | 'label'

/** What each order compares before the key, which makes it total. */
export const SORT_COLUMNS: Record<ListSort, { readonly column: string; readonly descends: boolean }> = {
  created: { column: 'created_ms', descends: true },
  updated: { column: 'updated_ms', descends: true },
  label: { column: 'sort_label', descends: false },
}

/** A walk in order: of the rows that have a facet, or of all. */
export type Walk = {
  readonly listing: Listing
  readonly sort: ListSort
  readonly down: boolean
  readonly facet: number | undefined
  readonly from: readonly (string | number)[] | undefined
  readonly where: readonly Part[]
}

/** What a walk goes along. */
const walked = ({ listing, facet }: Pick<Walk, 'listing' | 'facet'>): string =>
  facet === undefined ? listing.table : 'walked'

/** `sort` and `key` of the rows of a walk, or `columns` of them, in its order. */
export function walkSql(walk: Walk, columns?: string): Part {
  const { listing, sort, down, facet, from } = walk
  const { column } = SORT_COLUMNS[sort]
  const at = walked(walk)
  const order = [`${at}.${column}`, `${at}.key`]
  const where: Part[] = [...walk.where]
  if (facet !== undefined) where.unshift({ sql: 'walked.facet = ?', parameters: [facet] })
  if (from) where.push({ sql: `(${order.join(', ')}) ${down ? '<=' : '>='} (?, ?)`, parameters: from })
  const sql = `
    SELECT ${columns ?? `${at}.key AS key`}, ${at}.${column} AS sort
    FROM ${facet === undefined ? indexed(listing.table, sort) : walkedFacet(walk)}
    ${where.length > 0 ? `WHERE ${where.map((part) => part.sql).join(' AND ')}` : ''}
    ORDER BY ${order.map((each) => `${each} ${down ? 'DESC' : 'ASC'}`).join(', ')} LIMIT +?`
  return { sql, parameters: where.flatMap((part) => part.parameters) }
}

/** Rows by their keys, in the order these are given in, as a JSON list. */
export const rowsSql = ({ table }: Listing, columns: string): string =>
  `SELECT ${columns}, 0 AS sort FROM json_each(?) AS wanted CROSS JOIN ${table} ON ${table}.key = wanted.value
   ORDER BY wanted.key LIMIT +?`

/** Whether the row under the walk has one of some facets. */
export function hasFacet(listing: Listing, driver: number | undefined, ids: readonly number[]): Part {
  const [only] = ids
  // A row has few facets: where one of many will do, they are gone through.
  const match =
    ids.length === 1 && only !== undefined
      ? { sql: 'had.facet = ?', parameters: [only] }
      : { sql: '+had.facet IN (SELECT value FROM json_each(?))', parameters: [JSON.stringify(ids)] }
  const at = walked({ listing, facet: driver })
  return {
    sql: `EXISTS (SELECT 1 FROM ${listing.facets} AS had WHERE had.key = ${at}.key AND ${match.sql})`,
    parameters: match.parameters,
  }
}

const indexed = (table: string, sort: ListSort): string => `${table} INDEXED BY ${table}_by_${sort}`

const walkedFacet = ({ listing: { table, facets }, sort }: Walk): string =>
  `${facets} AS walked INDEXED BY ${facets}_by_${sort}
   CROSS JOIN ${table} ON ${table}.key = walked.key`
