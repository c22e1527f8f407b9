import type { EventHead, RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
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

/** Of an event whose data was not read. */
export type HeadRow = [
  position: number,
  stream: string,
  revision: number,
  type: string,
  version: number,
  data: null,
]

export type CommitRow = [
  firstPosition: number,
  timeMs: number,
  commandId: string,
  actor: string | null,
  correlationId: string,
  causationId: string | null,
]

/** Makes events of the rows of one commit, in today's shape; without data, as many as that leaves. */
export function eventsOfCommit([
  firstPosition,
  timeMs,
  commandId,
  actor,
  correlationId,
  causationId,
]: CommitRow): (row: EventRow | HeadRow) => RecordedEvent | EventHead {
  const idOf = eventIdsOf(commandId)
  return ([position, stream, revision, type, version, data]) => {
    const id = idOf(position - firstPosition)
    // Only domain events are ever written, and upcasters make old ones today's.
    if (data === null) return { id, stream, revision, position, type, correlationId } as EventHead
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
export const recordedEvent = (row: EventRow, commit: CommitRow): RecordedEvent =>
  eventsOfCommit(commit)(row) as RecordedEvent
