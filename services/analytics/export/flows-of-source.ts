import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { columnFacet } from '../../../projections/catalog/facets.ts'

/** In order. A facet leads to them (docs/decisions/0017). */
export function flowIdsOfSource(database: DatabaseSyncInstance, source_id: string): readonly string[] {
  const rows = database
    .prepare(
      `SELECT flows.id FROM facets JOIN flow_facets x ON x.facet = facets.id JOIN flows ON flows.key = x.key
       WHERE facets.name = ? ORDER BY flows.id`,
    )
    .all(columnFacet('source_id', source_id))
  return (rows as { id: string }[]).map(({ id }) => id)
}
