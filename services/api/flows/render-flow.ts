import { formatTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import type { FlowRow } from '../../catalog/flow-queries.ts'
import { dateTime } from '../http/date-time.ts'

/**
 * A Flow as JSON text: what its clients said, stored as text, with what the service manages put behind it.
 * @param timerange only where it was asked for
 * @see TAMS flow-get.json
 */
export function renderFlow(row: FlowRow, timerange?: TimeRange): string {
  let json = row.document.slice(0, -1)
  json += `,"metadata_version":${JSON.stringify(row.metadata_version)}`
  json += `,"created":"${dateTime(row.created_ms)}","metadata_updated":"${dateTime(row.updated_ms)}"`
  if (row.created_by !== null) json += `,"created_by":${JSON.stringify(row.created_by)}`
  if (row.updated_by !== null) json += `,"updated_by":${JSON.stringify(row.updated_by)}`
  if (row.segments_updated_ms !== null) json += `,"segments_updated":"${dateTime(row.segments_updated_ms)}"`
  if (row.collection !== null) json += `,"flow_collection":[${row.collection}]`
  if (row.collected_by !== null) json += `,"collected_by":[${row.collected_by}]`
  if (timerange) json += `,"timerange":"${formatTimeRange(timerange)}"`
  return `${json}}`
}
