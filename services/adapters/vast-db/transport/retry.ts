import { setTimeout as sleep } from 'node:timers/promises'
import { isVastDbError, VastDbError } from '../vast-db-error.ts'

export type RetryPolicy = {
  readonly tries: number
  readonly totalMs: number
  /** The first wait is drawn from 0 to this; the next ones from twice as much each. */
  readonly firstWaitMs: number
}

/**
 * Whether the same request may be sent once more.
 * @param repeatable carrying it out twice is as good as once
 */
export function mayRetry(error: unknown, repeatable: boolean): boolean {
  if (isVastDbError(error, 'slow_down', 'unreachable')) return true // It was not carried out.
  return repeatable && isVastDbError(error, 'interrupted', 'timed_out', 'unavailable')
}

export type Patience = {
  /**
   * Waits before the next try.
   * @param atOnce there is no need to wait: somebody else is asked
   * @throws the error, when it is time to give up; VastDbError `aborted`
   */
  next(error: unknown, atOnce?: boolean): Promise<void>
}

export function patience(policy: RetryPolicy, signal?: AbortSignal): Patience {
  const start = performance.now()
  let tries = 1
  return {
    async next(error, atOnce = false) {
      const longest = policy.firstWaitMs * 2 ** Math.min(tries - 1, 30)
      const waitMs = atOnce ? 0 : Math.random() * longest
      if (tries >= policy.tries || performance.now() + waitMs - start > policy.totalMs) throw error
      tries += 1
      await sleep(waitMs, undefined, signal && { signal }).catch((cause) => {
        throw new VastDbError('aborted', 'the request was given up', { cause })
      })
    },
  }
}
