import { type GrowingWait, growingWaitMs } from '../process/growing-wait.ts'

export type RetryPolicy = GrowingWait & {
  /** From the first attempt to the last, milliseconds. */
  readonly forMs: number
}

export const RETRY_FIRST_MS = 1_000
/** So that a receiver that is back hears of it within minutes. */
export const RETRY_MAX_MS = 5 * 60_000

/** Attempts so far, all of them in vain. */
export type InVain = {
  readonly attempts: number
  /** The time since the first of them. */
  readonly sinceMs: number
  /** How long the receiver asked, the last time, to be left alone. */
  readonly askedMs: number
}

/**
 * How long to wait before the next attempt, milliseconds; undefined where there is none left. What a receiver asks for is the
 * least there is, up to the most there is. The last attempt comes when the time is over, not before.
 * @param random from 0 to 1
 */
export function retryDelayMs(
  policy: RetryPolicy,
  { attempts, sinceMs, askedMs }: InVain,
  random: number,
): number | undefined {
  const { maxMs, forMs } = policy
  if (sinceMs >= forMs) return undefined
  const delay = growingWaitMs(policy, attempts, random)
  return Math.min(Math.max(delay, Math.min(maxMs, askedMs)), forMs - sinceMs)
}
