import type { EventLog } from '../ports/event-log.ts'
import type { EventIndex } from '../public-events/event-index.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { pageAfter } from '../public-events/read-page.ts'
import { WEBHOOK_TOLD_TYPES } from '../public-events/told-as.ts'
import { weightOf } from '../public-events/weight-of.ts'

/** Events by their positions: the latest from memory, the others from the log. */
export type EventSource = {
  /** Remembers an event that webhooks are about to ask for. */
  remember(event: PublicEvent): void
  /** @returns undefined where nobody is told of the event there */
  at(position: number): Promise<PublicEvent | undefined>
  /** A bounded number of events after a position, and how far they reach. */
  after(position: number): Promise<{ readonly events: readonly PublicEvent[]; readonly reached: number }>
}

/** Bytes, about: webhooks that are further behind read the log. */
const MAX_REMEMBERED = 8 * 1024 * 1024
/** What an event takes in memory beside its text, which is there in two forms. */
const BYTES_OF_EVENT = 700

export function eventSource(log: EventLog, index: EventIndex): EventSource {
  const recent = new Map<number, { readonly event: PublicEvent; readonly weight: number }>()
  let remembered = 0

  const remember = (event: PublicEvent): void => {
    if (recent.has(event.position)) return
    const weight = BYTES_OF_EVENT + 2 * weightOf(event)
    recent.set(event.position, { event, weight })
    remembered += weight
    for (const [position, { weight: its }] of recent) {
      if (remembered <= MAX_REMEMBERED || position === event.position) break
      recent.delete(position)
      remembered -= its
    }
  }

  return {
    remember,
    at: async (position) => {
      const found = recent.get(position)
      if (found) return found.event
      const [event] = await log.readAll(position - 1, 1)
      return event && index.tell(event)
    },
    after: async (position) => {
      const { events, reached } = await pageAfter(log, position, WEBHOOK_TOLD_TYPES)
      const told = events.flatMap((event) => index.tell(event) ?? [])
      // It is asked for what it wants of them next.
      for (const event of told) remember(event)
      return { events: told, reached }
    },
  }
}
