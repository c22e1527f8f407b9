import type { Clock } from '../../services/consumer/durable-consumer.ts'

/** A clock that stands still until it is moved. */
export type FakeClock = Clock & {
  moveTo(ms: number): void
  /** Whether someone waits for it to move. */
  isWaiting(): boolean
}

export function fakeClock(startMs: number): FakeClock {
  let nowMs = startMs
  const waiting = new Set<{ readonly untilMs: number; readonly wake: () => void }>()
  return {
    now: () => nowMs,
    wait: (ms, signal) =>
      new Promise<void>((resolve, reject) => {
        const waiter = {
          untilMs: nowMs + ms,
          wake: () => {
            waiting.delete(waiter)
            resolve()
          },
        }
        waiting.add(waiter)
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
    moveTo: (ms) => {
      nowMs = ms
      for (const waiter of waiting) if (waiter.untilMs <= nowMs) waiter.wake()
    },
    isWaiting: () => waiting.size > 0,
  }
}
