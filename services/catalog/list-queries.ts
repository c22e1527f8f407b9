import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { tagExistsFacet } from '../../projections/catalog/facets.ts'
import { type FacetChoice, type FacetLookup, facetLookup } from './facet-choice.ts'
import { FLOW_COLUMNS, type FlowRow, flowOfFields } from './flow-queries.ts'
import {
  hasFacet,
  type Listing,
  type ListSort,
  type Part,
  rowsSql,
  SORT_COLUMNS,
  type Walk,
  walkSql,
} from './list-sql.ts'
import { type Entry, mergeLists } from './merge-lists.ts'
import { packedRows } from './packed-rows.ts'
import { type Fields, type RowColumns, selectList } from './row-columns.ts'
import { SOURCE_COLUMNS, type SourceRow, sourceOfFields } from './source-queries.ts'
import { statementsBySql } from './statements-by-sql.ts'

/** Where a page starts: what its first row sorts by. */
export type ListKey = readonly (string | number)[]

/**
 * A filter in SQL, with its parameters. Only fixed text and `?` may stand in `sql`. Lists that are indexed by
 * facets go by `choice` where there is one, which says the same; of `contentAbout`, more than the same.
 */
export type Condition = {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
  readonly choice?: FacetChoice
}

export type ListRequest = {
  readonly conditions: readonly Condition[]
  readonly sort: ListSort
  /** Newest first and A to Z unless reversed. */
  readonly reverse: boolean
  readonly limit: number
  readonly from?: ListKey
}

export type ListPage<R> = { readonly rows: readonly R[]; readonly next: ListKey | undefined }

export type ListQueries = {
  flows(request: ListRequest): ListPage<FlowRow>
  sources(request: ListRequest): ListPage<SourceRow>
}

// `LIMIT +?` here and in other queries: SQLite plans a statement anew for each value of a bare `LIMIT ?`.

/** What a page goes along: the rows that have one of these facets; all rows where there are none to go by. */
type Driver = { readonly condition: Condition; readonly ids: readonly number[] }

type RowKind<R> = {
  readonly columns: RowColumns<R>
  readonly ofFields: (fields: Fields) => R
}

export function listQueries(database: DatabaseSyncInstance): ListQueries {
  return {
    flows: lister(
      database,
      { table: 'flows', facets: 'flow_facets' },
      {
        columns: FLOW_COLUMNS,
        ofFields: flowOfFields,
      },
    ),
    sources: lister(
      database,
      { table: 'sources', facets: 'source_facets' },
      {
        columns: SOURCE_COLUMNS,
        ofFields: sourceOfFields,
      },
    ),
  }
}

function lister<R>(
  database: DatabaseSyncInstance,
  listing: Listing,
  { columns, ofFields }: RowKind<R>,
): (request: ListRequest) => ListPage<R> {
  const lookup = facetLookup(database, listing.facets)
  const packed = statementsBySql((sql) =>
    packedRows(database, [...Object.keys(columns).map(quoted), 'json_array(sort, key)'], sql),
  )
  const columnList = `${selectList(columns)}, ${listing.table}.key AS key`
  const entries = statementsBySql((sql) => {
    const statement = database.prepare(`SELECT sort, key FROM (${sql})`)
    statement.setReturnArrays(true)
    return (...parameters: (string | number)[]) => statement.all(...parameters) as unknown as Entry[]
  })

  return ({ conditions, sort, reverse, limit, from }) => {
    const driver = driverOf(lookup, conditions)
    if (driver?.ids.length === 0) return { rows: [], next: undefined }
    const down = SORT_COLUMNS[sort].descends !== reverse
    const walkOf = (facet: number | undefined, start: ListKey | undefined): Walk => {
      const others = conditions.filter((each) => each !== driver?.condition || isLoose(each))
      const where = others.flatMap((each) => partOf(listing, lookup, facet, each))
      return { listing, sort, down, facet, from: start, where }
    }
    const page = (part: Part, size: number) => packed(part.sql)(...part.parameters, size)
    const merged = () => {
      const readers = driver!.ids.map((id) => (start: Entry | undefined, size: number) => {
        const { sql, parameters } = walkSql(walkOf(id, start))
        return entries(sql)(...parameters, size)
      })
      return mergeLists(readers, down, from as Entry | undefined, limit + 1)
    }
    if (driver && driver.ids.length > 1) {
      const found = merged()
      const keys = JSON.stringify(found.slice(0, limit).map(([, key]) => key))
      const rows = page({ sql: rowsSql(listing, columnList), parameters: [keys] }, limit)
      return { rows: rows.map(ofFields), next: found[limit] }
    }
    const rows = [...page(walkSql(walkOf(driver?.ids[0], from), columnList), limit + 1)]
    const following = rows.length > limit ? rows.pop() : undefined
    return { rows: rows.map(ofFields), next: following && (JSON.parse(following.at(-1)!) as ListKey) }
  }
}

/** The filter that leaves the fewest rows, as far as they were counted. */
function driverOf(lookup: FacetLookup, conditions: readonly Condition[]): Driver | undefined {
  const drivers = conditions.flatMap((condition) => {
    const ids = condition.choice && lookup.idsOf(condition.choice)
    return ids ? [{ condition, ids }] : []
  })
  if (drivers.length <= 1 || drivers.some(({ ids }) => ids.length === 0)) {
    return drivers.find(({ ids }) => ids.length === 0) ?? drivers[0]
  }
  const counts = drivers.map(({ ids }) => lookup.countOf(ids))
  return drivers[counts.indexOf(Math.min(...counts))]
}

const isLoose = ({ choice }: Condition): boolean => choice !== undefined && 'contentAbout' in choice

/** A filter where it is not what the page goes along. */
function partOf(
  listing: Listing,
  lookup: FacetLookup,
  driver: number | undefined,
  condition: Condition,
): readonly Part[] {
  const { choice } = condition
  if (!choice || isLoose(condition)) return [condition]
  if ('lacksTag' in choice) {
    const id = lookup.idOf(tagExistsFacet(choice.lacksTag))
    if (id === undefined) return []
    const { sql, parameters } = hasFacet(listing, driver, [id])
    return [{ sql: `NOT ${sql}`, parameters }]
  }
  return [hasFacet(listing, driver, lookup.idsOf(choice) ?? [])]
}

/** These may hold any character, those that packing uses too, so they cross as JSON. */
const ANY_TEXT: readonly string[] = ['metadata_version', 'created_by', 'updated_by']
const quoted = (column: string): string =>
  ANY_TEXT.includes(column) ? `CASE WHEN ${column} IS NOT NULL THEN json_quote(${column}) END` : column
