import { setTimeout as delay } from 'node:timers/promises'
import { HttpFailure } from './http-failure.ts'

export type RetryPolicy = {
  /** The first try included. */
  readonly attempts: number
  readonly firstWaitMs: number
  readonly maxWaitMs: number
}

/** Up to half a minute in all: a service that restarts is back by then. */
export const PATIENT: RetryPolicy = { attempts: 8, firstWaitMs: 250, maxWaitMs: 8_000 }
/** For someone who waits for an answer. */
export const PROMPT: RetryPolicy = { attempts: 3, firstWaitMs: 200, maxWaitMs: 1_000 }

/** No server may stop this program for longer. */
const MAX_RETRY_AFTER_MS = 60_000

/**
 * Tries again after passing failures, at growing distances with a random part, so that many clients of one
 * service do not come back all at once.
 * @throws what the last attempt threw, or an AbortError.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      signal.throwIfAborted()
      const isLast = tried >= policy.attempts
      if (!(error instanceof HttpFailure) || !error.isPassing || isLast) throw error
      await delay(waitBefore(tried, policy, error.retryAfterMs), undefined, { signal })
    }
  }
}

function waitBefore(tried: number, { firstWaitMs, maxWaitMs }: RetryPolicy, askedMs = 0): number {
  const longest = Math.min(maxWaitMs, firstWaitMs * 2 ** (tried - 1))
  const backoffMs = longest * (0.5 + Math.random() / 2)
  return Math.max(backoffMs, Math.min(askedMs, MAX_RETRY_AFTER_MS))
}
