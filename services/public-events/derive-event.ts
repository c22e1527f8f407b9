import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventContext } from './event-context.ts'
import type { PublicEvent, Told } from './public-event.ts'
import { typeToldAs } from './told-as.ts'
import { toldOfObject } from './told-of-object.ts'

/** What the index knows of an event. */
export type StateAtEvent = {
  readonly context: EventContext
  /** The Flow, Source or deletion request as it was from then on, as JSON text; null where it was gone. */
  readonly resource: string | null
}

/**
 * What others are told of an event. Pure: the same event is told in the same way, always.
 * @param state undefined where nobody ever saw what the event is about, and where it is of an object
 * @returns undefined for what others are not told of
 */
export function deriveEvent(event: RecordedEvent, state: StateAtEvent | undefined): PublicEvent | undefined {
  const type = typeToldAs(event.type)
  if (type === null) return undefined
  const told = toldOfObject(event) ?? (state && toldOf(event, state.resource))
  if (!told) return undefined
  const { position, id, timeMs, correlationId } = event
  return { position, id, timeMs, type, correlationId, context: state?.context ?? {}, told }
}

function toldOf(event: DomainEvent, json: string | null): Told | undefined {
  switch (event.type) {
    case 'FlowCreated':
    case 'FlowUpdated':
    case 'FlowRestored':
      return json === null ? undefined : { what: 'flow', json }
    case 'SourceCreated':
    case 'SourceUpdated':
    case 'SourceRestored':
      return json === null ? undefined : { what: 'source', json }
    case 'FlowDeleted':
      return { what: 'flow_id', flow_id: event.data.flow_id }
    case 'SourceDeleted':
      return { what: 'source_id', source_id: event.data.source_id }
    case 'SegmentsAdded':
      return { what: 'segments', ...event.data }
    case 'SegmentsDeleted':
      return { what: 'timerange', flow_id: event.data.flow_id, timerange: event.data.timerange }
    case 'DeletionRequested':
    case 'DeletionReleased':
    case 'DeletionCancelled':
    case 'DeletionStarted':
    case 'DeletionProgressed':
    case 'DeletionCompleted':
    case 'DeletionFailed': {
      const { deletion_id } = event.data
      return json === null ? undefined : { what: 'deletion', deletion_id, json }
    }
    default:
      return undefined
  }
}
