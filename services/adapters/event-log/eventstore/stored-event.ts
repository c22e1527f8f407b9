import { type JSONEventData, type JSONRecordedEvent, jsonEvent } from '@eventstore/db-client'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { EventContext, RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { currentVersion, upcast } from '../../../../contracts/events/upcast.ts'
import { eventId } from '../../../ports/event-id.ts'
import { positionOf } from './position.ts'

/** Names with a dollar are EventStoreDB's own: its projections by correlation read them. */
export type Metadata = {
  /** The append it is part of, by its command; its place in that, from 0; and how many events it has. */
  readonly append: { readonly id: string; readonly index: number; readonly of: number }
  readonly version: number
  readonly timeMs: number
  readonly actor: string | null
  readonly $correlationId: string
  readonly $causationId: string | null
}

export type StoredEvent = JSONEventData & { readonly id: string; readonly metadata: Metadata }

/**
 * An event as it is sent to the server, which knows it again by its id.
 * @param of how many events its append has
 */
export const storedEvent = (
  { commandId, actor, correlationId, causationId }: EventContext,
  { type, data }: DomainEvent,
  index: number,
  of: number,
  timeMs: number,
): StoredEvent =>
  jsonEvent({
    id: eventId(commandId, index),
    type,
    data: data as JSONEventData['data'],
    metadata: {
      append: { id: commandId, index, of },
      version: currentVersion(type),
      timeMs,
      actor,
      $correlationId: correlationId,
      $causationId: causationId,
    },
  }) as StoredEvent

/**
 * An event as the server gives it back, in today's shape.
 * @throws where it was not written by Framelog
 */
export function recordedEvent(record: JSONRecordedEvent): RecordedEvent {
  const { id, streamId: stream, type, metadata, position } = record
  if (!record.isJson || !isMetadata(metadata) || !position)
    throw new Error(`the event ${id} of ${stream} was not written by Framelog`)
  const event = {
    id,
    stream,
    revision: Number(record.revision),
    position: positionOf(position.commit),
    timeMs: metadata.timeMs,
    type,
    data: upcast(type, metadata.version, record.data),
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
  }
  // Only domain events are ever written with such metadata, and upcasters make old ones today's.
  return event as RecordedEvent
}

export const isMetadata = (metadata: unknown): metadata is Metadata =>
  typeof metadata === 'object' && metadata !== null && 'timeMs' in metadata && 'append' in metadata
