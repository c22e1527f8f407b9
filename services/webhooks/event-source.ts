import type { EventLog } from '../ports/event-log.ts'
import type { EventIndex } from '../public-events/event-index.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { pageAfter } from '../public-events/read-page.ts'
import { WEBHOOK_TOLD_TYPES } from '../public-events/told-as.ts'

/** Events by their positions: the latest from memory, the others from the log. */
export type EventSource = {
  /** Remembers an event that webhooks are about to ask for. */
  remember(event: PublicEvent, weight: number): void
  /** @returns undefined where nobody is told of the event there */
  at(position: number): Promise<PublicEvent | undefined>
  /** A bounded number of events after a position, and how far they reach. */
  after(position: number): Promise<{ readonly events: readonly PublicEvent[]; readonly reached: number }>
}

/** Of what the events weigh: about a byte each. */
const MAX_REMEMBERED = 16 * 1024 * 1024

export function eventSource(log: EventLog, index: EventIndex): EventSource {
  const recent = new Map<number, { readonly event: PublicEvent; readonly weight: number }>()
  let remembered = 0

  return {
    remember: (event, weight) => {
      recent.set(event.position, { event, weight })
      remembered += weight
      for (const [position, { weight: its }] of recent) {
        if (remembered <= MAX_REMEMBERED) break
        recent.delete(position)
        remembered -= its
      }
    },
    at: async (position) => {
      const found = recent.get(position)
      if (found) return found.event
      const [event] = await log.readAll(position - 1, 1)
      return event && index.tell(event)
    },
    after: async (position) => {
      const { events, reached } = await pageAfter(log, position, WEBHOOK_TOLD_TYPES)
      return { events: events.flatMap((event) => index.tell(event) ?? []), reached }
    },
  }
}
