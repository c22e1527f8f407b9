import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { TimelineEvent } from '../../../contracts/events/timeline-events.ts'
import type { RowChange } from '../row-change.ts'
import type { Projection } from './projection.ts'

export const timelineProjection: Projection<TimelineEvent['type']> = {
  SegmentsAdded: (event) => [
    { op: 'add-segments', ...event.data, position: event.position },
    touch(event, event.data.flow_id),
  ],
  SegmentsDeleted: (event) => {
    const { flow_id, timerange, object_id = null } = event.data
    const { position } = event
    return [{ op: 'remove-segments', flow_id, timerange, object_id, position }, touch(event, flow_id)]
  },
  SegmentTagSet: (event) => [{ op: 'set-segment-tag', ...event.data }, touch(event, event.data.flow_id)],
  SegmentTagRemoved: (event) => [
    { op: 'remove-segment-tag', ...event.data },
    touch(event, event.data.flow_id),
  ],
}

/** Segments are not metadata: they move a time of their own (TAMS `segments_updated`). */
const touch = ({ timeMs }: RecordedEvent, flow_id: string): RowChange => ({
  op: 'touch-segments',
  flow_id,
  time_ms: timeMs,
})
