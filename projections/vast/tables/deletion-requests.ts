import type { DeletionRequest } from '../../../contracts/resources/deletion-request.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText, timeMs } from './json-text.ts'

const columns = {
  id: 'text',
  flow_id: 'text',
  timerange_to_delete: 'text',
  timerange_remaining: 'text',
  delete_flow: 'boolean',
  status: 'text',
  error: 'text',
  created: 'time_ms',
  created_by: 'text',
  updated: 'time_ms',
  expiry: 'time_ms',
  held_until: 'time_ms',
} as const

export const deletionRequestsTable: Table<typeof columns> = {
  name: 'deletion_requests',
  columns,
  key: ['id'],
  sortedBy: ['id'],
}

export const deletionRequestRow = (request: DeletionRequest): RowOf<typeof columns> => ({
  id: request.id,
  flow_id: request.flow_id,
  timerange_to_delete: request.timerange_to_delete,
  timerange_remaining: request.timerange_remaining ?? null,
  delete_flow: request.delete_flow,
  status: request.status,
  error: jsonText(request.error),
  created: timeMs(request.created),
  created_by: request.created_by ?? null,
  updated: timeMs(request.updated),
  expiry: timeMs(request.expiry),
  held_until: timeMs(request.held_until),
})
