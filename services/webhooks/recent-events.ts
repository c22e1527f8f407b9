import type { PublicEvent } from '../public-events/public-event.ts'
import { weightOf } from '../public-events/weight-of.ts'

/**
 * The events that were handed out last, in order and none left out: whoever is not far behind finds there what others
 * had before, and need not ask the log, and what was so then, for each of them again.
 */
export type RecentEvents = {
  /** @param event later than all before */
  add(event: PublicEvent): void
  /** Lets go of everything up to a position: not all that is wanted now was wanted then. */
  startAfter(position: number): void
  at(position: number): PublicEvent | undefined
  /**
   * The next events after a position.
   * @param limit how many, at most
   * @returns undefined where some of them may be gone
   */
  after(position: number, limit: number): readonly PublicEvent[] | undefined
}

/** What an event takes in memory beside its text, which is there in two forms: bytes, about. */
const BYTES_OF_EVENT = 700

/** About how many bytes of memory an event takes. */
export const bytesOf = (event: PublicEvent): number => BYTES_OF_EVENT + 2 * weightOf(event)

/**
 * @param start the position after which all events will be added
 * @param maxBytes beyond which the oldest are let go, about
 */
export function recentEvents(start: number, maxBytes: number): RecentEvents {
  const events: PublicEvent[] = []
  let bytes = 0
  let from = start

  const letGoOfOldest = (): void => {
    const oldest = events.shift()!
    bytes -= bytesOf(oldest)
    from = oldest.position
  }

  /** Where the first event after a position is, or would be. */
  const placeAfter = (position: number): number => {
    let [low, high] = [0, events.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (events[middle]!.position > position) high = middle
      else low = middle + 1
    }
    return low
  }

  return {
    add: (event) => {
      events.push(event)
      bytes += bytesOf(event)
      while (bytes > maxBytes) letGoOfOldest()
    },
    startAfter: (position) => {
      while (events[0] && events[0].position <= position) letGoOfOldest()
      from = Math.max(from, position)
    },
    at: (position) => {
      const event = events[placeAfter(position - 1)]
      return event?.position === position ? event : undefined
    },
    after: (position, limit) => {
      if (position < from) return undefined
      const place = placeAfter(position)
      return events.slice(place, place + limit)
    },
  }
}
