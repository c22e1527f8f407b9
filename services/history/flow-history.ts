import type { FlowEvent } from '../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { TimelineEvent } from '../../contracts/events/timeline-events.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowHistoryEntry } from '../../contracts/resources/history-entry.ts'
import { formatTimeRange, parseTimeRange } from '../../contracts/time/timerange.ts'
import { extentOf } from '../../contracts/time/timerange-algebra.ts'
import type { EventLog } from '../ports/event-log.ts'
import { changedProperties } from './changed-properties.ts'
import { entryOf, tellInOrder } from './history-entries.ts'

type Told = Pick<FlowHistoryEntry, 'type' | 'changes' | 'segments' | 'tag'>

/** How each event of a flow's streams is told; `before` is what the flow was. */
const tellings: {
  readonly [E in FlowEvent | TimelineEvent as E['type']]: (event: E, before: FlowMetadata | undefined) => Told
} = {
  FlowCreated: () => ({ type: 'created' }),
  FlowUpdated: ({ data }, before = data.flow) => ({
    type: 'updated',
    changes: [...changedProperties(before, data.flow)],
  }),
  FlowDeleted: () => ({ type: 'deleted' }),
  FlowRestored: () => ({ type: 'restored' }),
  SegmentsAdded: ({ data: { segments } }) => {
    const extent = extentOf(segments.map(({ timerange }) => parseTimeRange(timerange)))
    return {
      type: 'segments_added',
      segments: { count: segments.length, timerange: formatTimeRange(extent) },
    }
  },
  SegmentsDeleted: ({ data: { timerange, object_id } }) => ({
    type: 'segments_deleted',
    segments: { timerange, ...(object_id !== undefined && { object_id }) },
  }),
  SegmentTagSet: ({ data: { object_id, name, value } }) => ({
    type: 'segments_tagged',
    tag: { object_id, name, value },
  }),
  SegmentTagRemoved: ({ data: { object_id, name } }) => ({
    type: 'segments_untagged',
    tag: { object_id, name },
  }),
}

/** What happened to a flow, told from its events in the order given. */
export const flowEntries = (
  log: EventLog,
  events: readonly RecordedEvent[],
): Promise<readonly FlowHistoryEntry[]> =>
  tellInOrder(log, events, metadataIn, (event, before) => {
    const tell = tellings[event.type as keyof typeof tellings] as (
      event: RecordedEvent,
      before: FlowMetadata | undefined,
    ) => Told
    return { ...entryOf(event), ...tell(event, before) }
  })

const metadataIn = (event: RecordedEvent): FlowMetadata | undefined =>
  event.type === 'FlowCreated' || event.type === 'FlowUpdated' || event.type === 'FlowRestored'
    ? event.data.flow
    : undefined
