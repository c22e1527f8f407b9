import { LRUCache } from 'lru-cache'
import type { EventLog } from '../ports/event-log.ts'
import type { EventIndex } from '../public-events/event-index.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { pageAfter } from '../public-events/read-page.ts'
import { WEBHOOK_TOLD_TYPES } from '../public-events/told-as.ts'
import { bytesOf, recentEvents } from './recent-events.ts'

/** Events by their positions: the latest from memory, the others from the log. */
export type EventSource = {
  /** Remembers an event that webhooks are about to ask for: each that any of them wants, as it is handed out. */
  remember(event: PublicEvent): void
  /** From here on webhooks may want what none wanted up to a position. */
  wantsChangedAt(position: number): void
  /** @returns undefined where nobody is told of the event there */
  at(position: number): Promise<PublicEvent | undefined>
  /** A bounded number of events after a position, of those that have been handed out, and how far they reach. */
  after(position: number): Promise<EventPage>
}

export type EventPage = { readonly events: readonly PublicEvent[]; readonly reached: number }

/** Of what was handed out last, about: webhooks that are further behind read the log. */
const MAX_RECENT_BYTES = 8 * 1024 * 1024
/** Of what those read, about. */
const MAX_REREAD_BYTES = 4 * 1024 * 1024
/** Events that a webhook looks through at a time, where they are in memory. */
const PAGE_LENGTH = 500

export type EventSourceTools = {
  readonly log: EventLog
  readonly index: EventIndex
  /** The position up to which events have been handed out. */
  readonly handedOut: () => number
}

/** @param start the position from which on events will be remembered */
export function eventSource({ log, index, handedOut }: EventSourceTools, start: number): EventSource {
  const recent = recentEvents(start, MAX_RECENT_BYTES)
  const reread = new LRUCache<number, PublicEvent>({
    maxSize: MAX_REREAD_BYTES,
    sizeCalculation: bytesOf,
  })

  return {
    remember: recent.add,
    wantsChangedAt: recent.startAfter,
    at: async (position) => {
      const known = recent.at(position) ?? reread.get(position)
      if (known) return known
      const [event] = await log.readAll(position - 1, 1)
      return event && index.tell(event)
    },
    after: async (position) => {
      const known = recent.after(position, PAGE_LENGTH)
      if (known) {
        const isFull = known.length === PAGE_LENGTH
        return { events: known, reached: isFull ? known.at(-1)!.position : handedOut() }
      }
      const page = await pageAfter(log, position, WEBHOOK_TOLD_TYPES)
      // What comes after that is told as it is then.
      const reached = Math.min(page.reached, handedOut())
      const told = page.events.flatMap((event) =>
        event.position <= reached ? (index.tell(event) ?? []) : [],
      )
      // It is asked for what it wants of them next.
      for (const event of told) reread.set(event.position, event)
      return { events: told, reached }
    },
  }
}
