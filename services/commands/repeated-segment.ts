import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { CatalogReader } from '../catalog/catalog-reader.ts'
import { recordOf } from './segment-record.ts'

/**
 * Whether a segment is on the timeline already, just so: the same object at the same place, used in the same
 * way, and nothing said of the object that it does not know.
 */
export function isRepeated(reader: CatalogReader, flow_id: string, segment: FlowSegmentPost): boolean {
  const known = reader.segmentAt(flow_id, parseTimeRange(segment.timerange))
  return known !== undefined && isSame(known, recordOf(segment)) && saysNothingNew(reader, segment)
}

const isSame = (a: SegmentRecord, b: SegmentRecord): boolean =>
  a.object_id === b.object_id &&
  a.timerange === b.timerange &&
  a.ts_offset === b.ts_offset &&
  a.last_duration === b.last_duration &&
  a.sample_offset === b.sample_offset &&
  a.sample_count === b.sample_count

/** What is left out is as it was. */
function saysNothingNew(reader: CatalogReader, segment: FlowSegmentPost): boolean {
  const { object_id, object_timerange, init_object_id, key_frame_count, get_urls = [] } = segment
  const object = reader.object(object_id)
  if (!object) return false
  if (object_timerange !== undefined && object_timerange !== object.timerange) return false
  if (init_object_id !== undefined && init_object_id !== object.init_object_id) return false
  if (key_frame_count !== undefined && key_frame_count !== object.key_frame_count) return false
  if (get_urls.length === 0) return true
  const urls = new Map(reader.urls(object_id).map(({ label, url }) => [label, url]))
  return get_urls.every(({ label, url }) => urls.get(label) === url)
}
