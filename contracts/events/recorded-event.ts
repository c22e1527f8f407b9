import type { DomainEvent } from './domain-event.ts'

/** What caused an event: carried by every event of one append. */
export type EventContext = {
  /** Names the command: a UUID. Event ids derive from it, so appending the same command twice is one append. */
  readonly commandId: string
  /** The principal that asked, or `null` where the service runs without authentication. */
  readonly actor: string | null
  /** The request that started it all; the same on everything that follows from it. */
  readonly correlationId: string
  /** The event id a process manager reacted to, or `null` for a client's command. */
  readonly causationId: string | null
}

export type EventEnvelope = Omit<EventContext, 'commandId'> & {
  readonly id: string
  readonly stream: string
  /** 0-based place in its stream, without gaps. */
  readonly revision: number
  /** Place in the whole log: strictly increasing, from 1. */
  readonly position: number
  /** UTC, milliseconds since 1970: when the append was committed. */
  readonly timeMs: number
}

/** An event as the log holds it; `type` tells what `data` is, which is of the newest schema version. */
export type RecordedEvent<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? EventEnvelope & E
  : never
