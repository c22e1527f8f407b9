import type { SourceRow } from '../../catalog/source-queries.ts'
import { dateTime } from '../http/date-time.ts'

/**
 * A Source as JSON text: what its clients said, with what the service manages put behind it. Its collections
 * follow from those of its Flows.
 * @see TAMS source.json
 */
export function renderSource(row: SourceRow): string {
  let json = row.document.slice(0, -1)
  json += `,"created":"${dateTime(row.created_ms)}","updated":"${dateTime(row.updated_ms)}"`
  if (row.created_by !== null) json += `,"created_by":${JSON.stringify(row.created_by)}`
  if (row.updated_by !== null) json += `,"updated_by":${JSON.stringify(row.updated_by)}`
  if (row.collection !== null) json += `,"source_collection":[${row.collection}]`
  if (row.collected_by !== null) json += `,"collected_by":[${row.collected_by}]`
  return `${json}}`
}
