import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { upcast } from '../../../../contracts/events/upcast.ts'
import { eventId } from '../../../ports/event-id.ts'

export type EventRow = [
  position: number,
  stream: string,
  revision: number,
  type: string,
  version: number,
  data: string,
]

export type CommitRow = [
  firstPosition: number,
  timeMs: number,
  commandId: string,
  actor: string | null,
  correlationId: string,
  causationId: string | null,
]

/** An event made of its row and its commit's, in today's shape. */
export function recordedEvent(
  [position, stream, revision, type, version, data]: EventRow,
  [firstPosition, timeMs, commandId, actor, correlationId, causationId]: CommitRow,
): RecordedEvent {
  const event = {
    id: eventId(commandId, position - firstPosition),
    stream,
    revision,
    position,
    timeMs,
    type,
    data: upcast(type, version, JSON.parse(data)),
    actor,
    correlationId,
    causationId,
  }
  // Only domain events are ever written, and upcasters make old ones today's.
  return event as RecordedEvent
}
