import { setImmediate as othersFirst } from 'node:timers/promises'
import type { Clock } from '../../services/consumer/durable-consumer.ts'

/** Time that passes only when nothing else is left to do, for many processes with clocks of their own. */
export type VirtualTime = {
  now(): number
  after(ms: number): Promise<void>
  /** A clock that runs at this rate, and began at another time. */
  clock(rate: number, offsetMs: number): Clock
  /** Lets time pass up to then; `onMoment` is called each time it has. */
  runTo(ms: number, onMoment: () => void): Promise<void>
}

type Timer = { readonly atMs: number; readonly wake: () => void }

export function virtualTime(): VirtualTime {
  let nowMs = 0
  const timers = new Set<Timer>()
  const at = (atMs: number, wake: () => void): Timer => {
    const timer = { atMs, wake }
    timers.add(timer)
    return timer
  }
  const next = (): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) if (!first || timer.atMs < first.atMs) first = timer
    return first
  }

  return {
    now: () => nowMs,
    after: (ms) => new Promise((resolve) => at(nowMs + ms, resolve)),
    clock: (rate, offsetMs) => ({
      now: () => nowMs * rate + offsetMs,
      wait: (ms, signal) =>
        new Promise<void>((resolve, reject) => {
          if (signal.aborted) return reject(signal.reason)
          const onAbort = () => {
            timers.delete(timer)
            reject(signal.reason)
          }
          const timer = at(nowMs + ms / rate, () => {
            signal.removeEventListener('abort', onAbort)
            resolve()
          })
          signal.addEventListener('abort', onAbort, { once: true })
        }),
    }),
    runTo: async (ms, onMoment) => {
      for (;;) {
        await othersFirst()
        const timer = next()
        if (!timer || timer.atMs > ms) break
        nowMs = timer.atMs
        timers.delete(timer)
        timer.wake()
        await othersFirst()
        onMoment()
      }
      nowMs = ms
    },
  }
}
