import type { Flow } from '../../../contracts/resources/flow.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText, timeMs } from './json-text.ts'
import { technicalColumns, technicalRow } from './technical-columns.ts'

const columns = {
  id: 'text',
  source_id: 'text',
  label: 'text',
  description: 'text',
  status: 'text',
  read_only: 'boolean',
  generation: 'integer',
  profile_id: 'text',
  max_bit_rate: 'integer',
  ...technicalColumns,
  tags: 'text',
  flow_collection: 'text',
  collected_by: 'texts',
  metadata_version: 'text',
  created: 'time_ms',
  created_by: 'text',
  metadata_updated: 'time_ms',
  updated_by: 'text',
  segments_updated: 'time_ms',
} as const

export const flowsTable: Table<typeof columns> = { name: 'flows', columns, key: ['id'], sortedBy: ['id'] }

/** The extent of its segments is not in it: `segments` tells that, and changes more often. */
export const flowRow = (flow: Flow): RowOf<typeof columns> => ({
  id: flow.id,
  source_id: flow.source_id,
  label: flow.label ?? null,
  description: flow.description ?? null,
  status: flow.status ?? null,
  read_only: flow.read_only ?? null,
  generation: flow.generation ?? null,
  profile_id: flow.profile_id ?? null,
  max_bit_rate: flow.max_bit_rate ?? null,
  ...technicalRow(flow),
  tags: jsonText(flow.tags),
  flow_collection: jsonText(flow.flow_collection),
  collected_by: flow.collected_by ?? null,
  metadata_version: flow.metadata_version ?? null,
  created: timeMs(flow.created),
  created_by: flow.created_by ?? null,
  metadata_updated: timeMs(flow.metadata_updated),
  updated_by: flow.updated_by ?? null,
  segments_updated: timeMs(flow.segments_updated),
})
