import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** Events of streams beside the one that is told, each once: several flows may lead to one event. */
export type RelatedEvents = {
  add(event: RecordedEvent): void
  /** Of flows as members of others: where an event is there already, that says no less. */
  addLeavings(events: readonly RecordedEvent[]): void
  all(): readonly RecordedEvent[]
}

export function relatedEvents(): RelatedEvents {
  const byPosition = new Map<number, RecordedEvent>()
  return {
    add: (event) => {
      byPosition.set(event.position, event)
    },
    addLeavings: (events) => {
      for (const event of events) {
        if (!byPosition.has(event.position)) byPosition.set(event.position, event)
      }
    },
    all: () => [...byPosition.values()],
  }
}
