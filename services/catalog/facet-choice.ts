import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { type Facet, tagExistsFacet } from '../../projections/catalog/facets.ts'
import { facetRanges } from '../../projections/catalog/time-facets.ts'

/** A filter as the facets of which a row must have one. */
export type FacetChoice =
  | { readonly anyOf: readonly Facet[] }
  | { readonly lacksTag: string }
  /** Content between two seconds, or about then: what has these facets need not have content just there. */
  | { readonly contentAbout: readonly [first_s: number, last_s: number] }

export type FacetTable = 'flow_facets' | 'source_facets'

export type FacetLookup = {
  idOf(facet: Facet): number | undefined
  /** The facets of which those that pass have one; undefined for too many. None: nothing passes. */
  idsOf(choice: FacetChoice): readonly number[] | undefined
  /** How many rows have one of these facets; from some number on, no exact one. */
  countOf(ids: readonly number[]): number
}

/** Sets of tags to be looked at for those without a tag. */
const MAX_TAG_SETS = 1_000
/** Buckets of time that are merged into a list. */
const MAX_BUCKETS = 32
/** Rows counted before two filters are called equally many. */
const MAX_COUNT = 10_000

export function facetLookup(database: DatabaseSyncInstance, table: FacetTable): FacetLookup {
  const facet = database.prepare('SELECT id FROM facets WHERE name = ?')
  const tagSets = database.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM tag_sets LIMIT +?)')
  const setsWithout = database.prepare(
    'SELECT facet FROM tag_sets WHERE NOT EXISTS (SELECT 1 FROM json_each(names) WHERE value = ?)',
  )
  // One look at the index for each bucket there is, however many rows are in them.
  const buckets = database.prepare(`
    WITH RECURSIVE found(facet) AS (
      SELECT min(facet) FROM ${table} INDEXED BY ${table}_by_created WHERE facet >= ?1 AND facet <= ?2
      UNION ALL
      SELECT (SELECT min(facet) FROM ${table} INDEXED BY ${table}_by_created
        WHERE facet > found.facet AND facet <= ?2)
      FROM found WHERE found.facet IS NOT NULL)
    SELECT facet FROM found WHERE facet IS NOT NULL LIMIT +?3`)
  const count = database.prepare(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM ${table} INDEXED BY ${table}_by_created WHERE facet = ? LIMIT +?)`,
  )

  const idOf = (name: Facet): number | undefined => (facet.get(name) as { id: number } | undefined)?.id
  const facetsIn = ([low, high]: readonly [number, number]): readonly number[] =>
    (buckets.all(low, high, MAX_BUCKETS + 1) as { facet: number }[]).map((row) => row.facet)

  function bucketsIn(first_s: number, last_s: number): readonly number[] {
    let found: readonly number[] = []
    for (const { own, longer } of facetRanges(first_s, last_s)) {
      found = [own, ...longer].flatMap(facetsIn)
      if (found.length <= MAX_BUCKETS) return found
    }
    // The last level is all of time.
    return found
  }

  return {
    idOf,
    idsOf: (choice) => {
      if ('anyOf' in choice) return choice.anyOf.flatMap((name) => idOf(name) ?? [])
      if ('contentAbout' in choice) return bucketsIn(...choice.contentAbout)
      if (idOf(tagExistsFacet(choice.lacksTag)) === undefined) return undefined
      if ((tagSets.get(MAX_TAG_SETS + 1) as { count: number }).count > MAX_TAG_SETS) return undefined
      return (setsWithout.all(choice.lacksTag) as { facet: number }[]).map((row) => row.facet)
    },
    countOf: (ids) => {
      let total = 0
      for (const id of ids) {
        total += (count.get(id, MAX_COUNT - total) as { count: number }).count
        if (total >= MAX_COUNT) return MAX_COUNT
      }
      return total
    },
  }
}
