import type { SegmentRecord } from '../../../contracts/events/timeline-events.ts'
import type { Tags } from '../../../contracts/resources/tags.ts'
import type { RowOf, Table } from './column.ts'
import { jsonText } from './json-text.ts'
import { type TimerangeRow, timerangeColumns, timerangeRow } from './time-columns.ts'

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

/** A segment of an event. */
export const segmentsRow = (segment: SegmentRecord, use: SegmentUse): SegmentsRow =>
  placedRow(timerangeRow(segment.timerange), segment, use)

/** @param times of the segment, as columns; named one by one, for that is five times as fast as to spread them */
export const placedRow = (
  times: TimerangeRow,
  segment: Omit<SegmentRecord, 'timerange'>,
  use: SegmentUse,
): SegmentsRow => ({
  flow_id: use.flow_id,
  object_id: segment.object_id,
  timerange: times.timerange,
  start_s: times.start_s,
  start_ns: times.start_ns,
  end_s: times.end_s,
  end_ns: times.end_ns,
  end_inclusive: times.end_inclusive,
  start: times.start,
  end: times.end,
  duration: times.duration,
  start_utc: times.start_utc,
  end_utc: times.end_utc,
  ts_offset: segment.ts_offset ?? null,
  last_duration: segment.last_duration ?? null,
  sample_offset: segment.sample_offset ?? null,
  sample_count: segment.sample_count ?? null,
  tags: jsonText(use.tags),
  position: use.position,
})
