import type { Table } from './column.ts'

const columns = {
  name: 'text',
  position: 'integer',
  event_id: 'text',
  updated: 'time_ms',
} as const

/**
 * How far the tables include the log: the row `log`. A table that was filled from the catalog has a row of its own,
 * by its name: it includes the log up to there, whatever `log` says.
 */
export const checkpointTable: Table<typeof columns> = {
  name: 'framelog_checkpoint',
  columns,
  key: ['name'],
  sortedBy: [],
}
