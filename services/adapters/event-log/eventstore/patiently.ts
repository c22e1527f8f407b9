import { setTimeout as delay } from 'node:timers/promises'
import { LogUnavailable } from '../../../ports/event-log.ts'
import { isDenied, isPassing } from './passing-error.ts'

export type Patience = {
  /** Milliseconds after which no further attempt is made. */
  readonly forMs: number
  readonly signal: AbortSignal
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 1000

/**
 * Does what may be done twice until it succeeds.
 * @throws LogUnavailable when it has not for so long; at once what no further attempt would change
 */
export async function patiently<T>(attempt: () => Promise<T>, { forMs, signal }: Patience): Promise<T> {
  const endsAt = performance.now() + forMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt()
    } catch (error) {
      if (isDenied(error)) throw new LogUnavailable('the event log denies access', { cause: error })
      if (!isPassing(error)) throw error
      const isOver = performance.now() + pauseMs > endsAt || signal.aborted
      if (isOver) throw new LogUnavailable('the event log does not answer', { cause: error })
      await delay(pauseMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
    }
  }
}
