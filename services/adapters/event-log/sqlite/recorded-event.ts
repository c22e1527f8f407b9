import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { upcast } from '../../../../contracts/events/upcast.ts'
import { eventIdsOf } from '../../../ports/event-id.ts'

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

/** Makes events of the rows of one commit, in today's shape. */
export function eventsOfCommit([
  firstPosition,
  timeMs,
  commandId,
  actor,
  correlationId,
  causationId,
]: CommitRow): (row: EventRow) => RecordedEvent {
  const idOf = eventIdsOf(commandId)
  return ([position, stream, revision, type, version, data]) => {
    const id = idOf(position - firstPosition)
    // Only domain events are ever written, and upcasters make old ones today's.
    const event = {
      id,
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
    return event as RecordedEvent
  }
}

/** An event made of its row and its commit's. */
export const recordedEvent = (row: EventRow, commit: CommitRow): RecordedEvent => eventsOfCommit(commit)(row)
