import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'

/** What the timeline keeps of a segment to be registered; the rest is its object's. */
export function recordOf(segment: FlowSegmentPost): SegmentRecord {
  const { object_id, timerange, ts_offset, last_duration, sample_offset, sample_count } = segment
  return {
    object_id,
    timerange,
    ...(ts_offset !== undefined && { ts_offset }),
    ...(last_duration !== undefined && { last_duration }),
    ...(sample_offset !== undefined && { sample_offset }),
    ...(sample_count !== undefined && { sample_count }),
  }
}
