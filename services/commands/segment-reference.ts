import type { MediaFacts } from '../../contracts/events/object-events.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import { parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { parseTimestamp } from '../../contracts/time/timestamp.ts'

/** What a segment's object is asked: whether it may be used so. */
export function referenceOf(
  { flow_id, needsInit }: { readonly flow_id: string; readonly needsInit: boolean },
  segment: FlowSegmentPost,
  timerange: TimeRange,
  media: MediaFacts | undefined,
) {
  const { object_id, ts_offset, object_timerange, init_object_id, key_frame_count, get_urls } = segment
  return {
    type: 'ReferenceSegment',
    object_id,
    flow_id,
    timerange,
    needsInit,
    get_urls: get_urls ?? [],
    ...(ts_offset !== undefined && { ts_offset: parseTimestamp(ts_offset) }),
    ...(object_timerange !== undefined && { object_timerange: parseTimeRange(object_timerange) }),
    ...(init_object_id !== undefined && { init_object_id }),
    ...(key_frame_count !== undefined && { key_frame_count }),
    ...(media && { media }),
  } as const
}
