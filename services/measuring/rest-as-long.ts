import { setTimeout as delay } from 'node:timers/promises'

/** Finding work to do takes this long by itself. */
const LEAST_MS = 2
const MOST_MS = 1_000
/** How much of its time this thread may be at work for others before they are given more of it. */
const BUSY = 0.5
const MOST_RESTS = 10

/** At the end of the log, what comes within a second is handled together. */
export const PAUSE_MS = 1_000

/**
 * Ends a turn of work that can wait: rests as long as the work took, and goes on resting while this thread has
 * other things to do, up to ten times as long. So a million objects to catch up with are no burden to requests.
 */
export async function restAsLong(workedMs: number, signal: AbortSignal): Promise<void> {
  const ms = Math.min(Math.max(workedMs, LEAST_MS), MOST_MS)
  for (let rests = 0; rests < MOST_RESTS && !signal.aborted; rests++) {
    const before = performance.eventLoopUtilization()
    await delay(ms, undefined, { signal }).catch(() => undefined)
    if (performance.eventLoopUtilization(before).utilization < BUSY) return
  }
}
