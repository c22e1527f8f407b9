import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import type { SourceRow } from '../../catalog/source-queries.ts'

/** A Source as JSON text. Its collections follow from those of its Flows. @see TAMS source.json */
export function renderSource(reader: CatalogReader, row: SourceRow): string {
  const collection = reader.sourceCollection(row.id)
  const collectedBy = reader.sourceCollectedBy(row.id)
  return JSON.stringify({
    ...JSON.parse(row.document),
    created: new Date(row.created_ms).toISOString(),
    updated: new Date(row.updated_ms).toISOString(),
    ...(row.created_by !== null && { created_by: row.created_by }),
    ...(row.updated_by !== null && { updated_by: row.updated_by }),
    ...(collection.length > 0 && {
      source_collection: collection.map(({ id, role }) => (role === null ? { id } : { id, role })),
    }),
    ...(collectedBy.length > 0 && { collected_by: collectedBy }),
  })
}
