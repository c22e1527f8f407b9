import type { EventContext, RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** The context of what follows from an event. */
export const causedBy = ({ id, actor, correlationId }: RecordedEvent, commandId: string): EventContext => ({
  commandId,
  actor,
  correlationId,
  causationId: id,
})
