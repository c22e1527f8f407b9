import type { SegmentRecord } from '../../../contracts/events/timeline-events.ts'
import type { Tags } from '../../../contracts/resources/tags.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText } from './json-text.ts'
import { timerangeColumns, timerangeRow } from './time-columns.ts'

const columns = {
  flow_id: 'text',
  object_id: 'text',
  ...timerangeColumns,
  ts_offset: 'text',
  last_duration: 'text',
  sample_offset: 'integer',
  sample_count: 'integer',
  tags: 'text',
  position: 'integer',
} as const

/**
 * What belongs to a segment's object (its own timerange, key frames, init object, size) is in `objects`: many
 * segments may use one, and some of it is known later. `position` is that of the event the segment came with.
 */
export const segmentsTable: Table<typeof columns> = {
  name: 'segments',
  columns,
  key: ['flow_id', 'start_s', 'start_ns'],
  sortedBy: ['flow_id', 'start_s', 'start_ns'],
}

export type SegmentsRow = RowOf<typeof columns>

export type SegmentUse = {
  readonly flow_id: string
  readonly position: number
  /** Of the flow's use of the object, if any. */
  readonly tags?: Tags | undefined
}

export const segmentsRow = (segment: SegmentRecord, use: SegmentUse): SegmentsRow => ({
  flow_id: use.flow_id,
  object_id: segment.object_id,
  ...timerangeRow(segment.timerange),
  ...useColumns(segment, use),
})

export const useColumns = (segment: Omit<SegmentRecord, 'object_id' | 'timerange'>, use: SegmentUse) => ({
  ts_offset: segment.ts_offset ?? null,
  last_duration: segment.last_duration ?? null,
  sample_offset: segment.sample_offset ?? null,
  sample_count: segment.sample_count ?? null,
  tags: jsonText(use.tags),
  position: use.position,
})
