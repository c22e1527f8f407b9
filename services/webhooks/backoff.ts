export type RetryPolicy = {
  /** Before the second attempt, milliseconds; each further one waits twice as long. */
  readonly firstMs: number
  readonly maxMs: number
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
 * How long to wait before the next attempt, milliseconds; undefined where there is none left. Receivers that
 * failed together are not tried again together: up to half of it is left to chance. What a receiver asks for is
 * the least there is, up to the most there is. The last attempt comes when the time is over, not before.
 * @param random from 0 to 1
 */
export function retryDelayMs(
  { firstMs, maxMs, forMs }: RetryPolicy,
  { attempts, sinceMs, askedMs }: InVain,
  random: number,
): number | undefined {
  if (sinceMs >= forMs) return undefined
  // Beyond that the power is infinite.
  const delay = Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 50)) * (1 - random / 2)
  return Math.min(Math.max(delay, Math.min(maxMs, askedMs)), forMs - sinceMs)
}
