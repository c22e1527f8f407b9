import type { DeletionRequest } from '../../../contracts/resources/deletion-request.ts'
import type { ErrorBody } from '../../../contracts/resources/error.ts'
import type { DeletionRow } from '../../catalog/deletion-queries.ts'

/** @see TAMS deletion-request.json */
export const renderDeletion = (row: DeletionRow): DeletionRequest => ({
  id: row.id,
  flow_id: row.flow_id,
  timerange_to_delete: row.timerange_to_delete,
  timerange_remaining: row.timerange_remaining,
  delete_flow: row.delete_flow === 1,
  created: dateTime(row.created_ms),
  ...(row.created_by !== null && { created_by: row.created_by }),
  updated: dateTime(row.updated_ms),
  ...(row.expiry_ms !== null && { expiry: dateTime(row.expiry_ms) }),
  ...(row.due_ms ? { held_until: dateTime(row.due_ms) } : {}),
  status: row.status,
  ...(row.error !== null && { error: JSON.parse(row.error) as ErrorBody }),
})

const dateTime = (ms: number): string => new Date(ms).toISOString()
