import { LRUCache } from 'lru-cache'

export type Counted = {
  readonly count: number
  /** When counting begins anew, UTC, milliseconds. */
  readonly endsMs: number
}

export type BoundedCounts = {
  get(key: string): Counted
  increment(key: string): Counted
  decrement(key: string): void
  reset(key: string): void
}

/** A hundred bytes each. Whoever comes from more addresses than this is not stopped by counting. */
const MAX_KEPT = 50_000

/** Counts by key, each for a window of time that begins with the first; in bounded memory. */
export function boundedCounts(windowMs: number, now: () => number): BoundedCounts {
  const kept = new LRUCache<string, { count: number; endsMs: number }>({ max: MAX_KEPT })
  const current = (key: string) => {
    const found = kept.get(key)
    return found && found.endsMs > now() ? found : undefined
  }
  return {
    get: (key) => current(key) ?? { count: 0, endsMs: now() + windowMs },
    increment: (key) => {
      const counted = current(key) ?? { count: 0, endsMs: now() + windowMs }
      counted.count += 1
      if (counted.count === 1) kept.set(key, counted)
      return counted
    },
    decrement: (key) => {
      const counted = current(key)
      if (counted && counted.count > 0) counted.count -= 1
    },
    reset: (key) => void kept.delete(key),
  }
}
