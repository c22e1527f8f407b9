import { formatTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import type { FlowRow } from '../../catalog/flow-queries.ts'

/**
 * A Flow as JSON text: what its clients said, stored as text, with what the service manages put behind it.
 * @param timerange only where it was asked for
 * @see TAMS flow-get.json
 */
export function renderFlow(reader: CatalogReader, row: FlowRow, timerange?: TimeRange): string {
  const members = reader.members(row.id)
  const collectedBy = reader.collectedBy(row.id)
  const parts = [
    row.document.slice(0, -1),
    `"metadata_version":${JSON.stringify(row.metadata_version)}`,
    `"created":"${dateTime(row.created_ms)}"`,
    `"metadata_updated":"${dateTime(row.updated_ms)}"`,
  ]
  if (row.created_by !== null) parts.push(`"created_by":${JSON.stringify(row.created_by)}`)
  if (row.updated_by !== null) parts.push(`"updated_by":${JSON.stringify(row.updated_by)}`)
  if (row.segments_updated_ms !== null)
    parts.push(`"segments_updated":"${dateTime(row.segments_updated_ms)}"`)
  if (members.length > 0) parts.push(`"flow_collection":[${members.join(',')}]`)
  if (collectedBy.length > 0) parts.push(`"collected_by":${JSON.stringify(collectedBy)}`)
  if (timerange) parts.push(`"timerange":"${formatTimeRange(timerange)}"`)
  return `${parts.join(',')}}`
}

const dateTime = (ms: number): string => new Date(ms).toISOString()
