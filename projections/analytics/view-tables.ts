import type { RowOf, Table } from '../vast/tables/column.ts'

// What the views look like as rows: a row says of one `value` of one `dimension` what is so. The first has the
// dimension `total`, and no value. As tables elsewhere they have all values, and all hours; but for Flows and hours
// they are small, and so they are not sorted.

const flowUsage = {
  dimension: 'text',
  value: 'text',
  flows: 'integer',
  flows_with_segments: 'integer',
  flows_without_bit_rate: 'integer',
  segments: 'integer',
  duration: 'decimal',
  estimated_bytes: 'whole',
  objects: 'integer',
  measured_objects: 'integer',
  measured_bytes: 'integer',
  average_object_bytes: 'integer',
} as const

const storageUsage = {
  dimension: 'text',
  value: 'text',
  objects: 'integer',
  measured_objects: 'integer',
  measured_bytes: 'integer',
  average_object_bytes: 'integer',
  instances: 'integer',
  media_objects: 'integer',
  init_objects: 'integer',
  unregistered_objects: 'integer',
  orphaned_objects: 'integer',
  shared_objects: 'integer',
  used_objects: 'integer',
  uses: 'integer',
  reuse_ratio: 'decimal',
} as const

const timeRangeAnalysis = {
  dimension: 'text',
  value: 'text',
  segments: 'integer',
  duration: 'decimal',
  shortest: 'decimal',
  mean: 'decimal',
  longest: 'decimal',
  first: 'decimal',
  last: 'decimal',
  span: 'decimal',
  gaps: 'integer',
  gap_duration: 'decimal',
  coverage: 'decimal',
} as const

const catalogSummary = {
  dimension: 'text',
  value: 'text',
  count: 'integer',
  hour: 'time_ms',
  segments: 'integer',
  segments_removed: 'integer',
  objects: 'integer',
  duration: 'decimal',
} as const

const viewTable = <const C extends Table['columns']>(name: string, columns: C): Table<C> => ({
  name,
  columns,
  key: ['dimension', 'value'],
  sortedBy: [],
})

export const VIEWS = {
  flow_usage: viewTable('flow_usage', flowUsage),
  storage_usage: viewTable('storage_usage', storageUsage),
  time_range_analysis: viewTable('time_range_analysis', timeRangeAnalysis),
  catalog_summary: viewTable('catalog_summary', catalogSummary),
} as const

export type ViewName = keyof typeof VIEWS

export type FlowUsageRow = RowOf<typeof flowUsage>
export type StorageUsageRow = RowOf<typeof storageUsage>
export type TimeRangeRow = RowOf<typeof timeRangeAnalysis>
export type SummaryRow = RowOf<typeof catalogSummary>
