import { randomUUID } from 'node:crypto'
import type { DomainEvent } from '../../../contracts/events/domain-event.ts'
import type { EventContext } from '../../../contracts/events/recorded-event.ts'

/** A command of its own, unless told whose. */
export const aContext = (context: Partial<EventContext> = {}): EventContext => ({
  commandId: randomUUID(),
  actor: 'ingest@example.com',
  correlationId: randomUUID(),
  causationId: null,
  ...context,
})

/** A stream that nobody has used. */
export const aStream = (): string => `object-${randomUUID()}`

/** An event that can be told from others. */
export const anEvent = (label: string | number = ''): DomainEvent => ({
  type: 'InstanceAdded',
  data: { object_id: 'o', label: String(label), url: 'https://media.example.com/o' },
})

export const someEvents = (count: number): DomainEvent[] =>
  Array.from({ length: count }, (_, n) => anEvent(n))
