import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { SourceEvent, SourceMetadata } from '../../contracts/events/source-events.ts'
import type { SourceHistoryEntry } from '../../contracts/resources/history-entry.ts'
import type { EventLog } from '../ports/event-log.ts'
import { changedProperties } from './changed-properties.ts'
import { entryOf, tellInOrder } from './history-entries.ts'

type Told = Pick<SourceHistoryEntry, 'type' | 'changes' | 'flow_id'>

/** How each event of a source's stream is told; `before` is what the source was. */
const tellings: {
  readonly [E in SourceEvent as E['type']]: (event: E, before: SourceMetadata | undefined) => Told
} = {
  SourceCreated: () => ({ type: 'created' }),
  SourceUpdated: ({ data }, before = data.source) => ({
    type: 'updated',
    changes: [...changedProperties(before, data.source)],
  }),
  SourceDeleted: () => ({ type: 'deleted' }),
  SourceRestored: () => ({ type: 'restored' }),
  FlowAttached: ({ data: { flow_id } }) => ({ type: 'flow_attached', flow_id }),
  FlowDetached: ({ data: { flow_id } }) => ({ type: 'flow_detached', flow_id }),
}

/** What happened to a source, told from its events in the order given. */
export const sourceEntries = (
  log: EventLog,
  events: readonly RecordedEvent[],
): Promise<readonly SourceHistoryEntry[]> =>
  tellInOrder(log, events, metadataIn, (event, before) => {
    const tell = tellings[event.type as SourceEvent['type']] as (
      event: RecordedEvent,
      before: SourceMetadata | undefined,
    ) => Told
    return { ...entryOf(event), ...tell(event, before) }
  })

const metadataIn = (event: RecordedEvent): SourceMetadata | undefined =>
  event.type === 'SourceCreated' || event.type === 'SourceUpdated' || event.type === 'SourceRestored'
    ? event.data.source
    : undefined
