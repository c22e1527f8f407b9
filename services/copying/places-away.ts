import { LRUCache } from 'lru-cache'

/** Places that bytes come from or go to, such as a Storage Backend, and which of them are left alone for now. */
export type PlacesAway = {
  /** For how long, milliseconds; 0: it may be tried. */
  restOf(place: string, nowMs: number): number
  failed(place: string, nowMs: number): void
  worked(place: string): void
}

const MAX_PLACES = 1_000

/**
 * What is down is tried now and then, by whoever comes first, and not by each of thousands that want it.
 * @param backOff how long a place rests that has failed so often in a row, milliseconds
 */
export function placesAway(backOff: (failures: number) => number): PlacesAway {
  const away = new LRUCache<string, { readonly failures: number; readonly untilMs: number }>({
    max: MAX_PLACES,
  })
  const restOf = (place: string, nowMs: number) => Math.max(0, (away.get(place)?.untilMs ?? 0) - nowMs)
  return {
    restOf,
    failed: (place, nowMs) => {
      // Of several that were under way when it went, only one counts.
      if (restOf(place, nowMs) > 0) return
      const failures = (away.get(place)?.failures ?? 0) + 1
      away.set(place, { failures, untilMs: nowMs + backOff(failures) })
    },
    worked: (place) => {
      away.delete(place)
    },
  }
}
