import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventContext } from './event-context.ts'
import type { PublicEvent, Told } from './public-event.ts'
import { typeToldAs } from './told-as.ts'

/** What the index knows of an event. */
export type StateAtEvent = {
  readonly context: EventContext
  /** The Flow or Source as it was from then on, as JSON text; null where it was gone. */
  readonly resource: string | null
}

/**
 * What others are told of an event. Pure: the same event is told in the same way, always.
 * @param state undefined where nobody ever saw what the event is about
 * @returns undefined for what others are not told of
 */
export function deriveEvent(event: RecordedEvent, state: StateAtEvent | undefined): PublicEvent | undefined {
  const type = typeToldAs(event.type)
  const told = state && type !== null ? toldOf(event, state.resource) : undefined
  if (!state || type === null || !told) return undefined
  const { position, id, timeMs } = event
  return { position, id, timeMs, type, context: state.context, told }
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
    default:
      return undefined
  }
}
