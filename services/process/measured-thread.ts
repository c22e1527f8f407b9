import type { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'
import { askedWorker, type Ready } from './asked-worker.ts'

type Told =
  /** Metrics as Prometheus reads them. */
  | { readonly type: 'measured'; readonly text: string }
  /** What is wrong; undefined once all is well. */
  | { readonly type: 'trouble'; readonly text: string | undefined }

export type FromThread = Ready | Told

/** A consumer of the log on a thread of its own. */
export type MeasuredThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** @throws where it has not begun, has died and is not back yet, or is in trouble */
  check(): Promise<void>
  /** Resolves once it has written down how far it came. @param withinMs if it takes longer it is cut off */
  stop(withinMs?: number): Promise<void>
}

/** What is said of all that has yet to begin. */
export const NOT_BEGUN = 'has not begun yet'

/**
 * Should it die, it is started again, and goes on where it was.
 * @param what it does, e.g. `the delivery of webhooks` @param consumer its name
 */
export function measuredThread(
  make: () => Worker,
  what: string,
  consumer: string,
  logger: Logger,
): MeasuredThread {
  let isReady = false
  let hasDied = false
  let trouble: string | undefined
  const worker = askedWorker<string, Told>(make, {
    consumer,
    answerIn: (told) => {
      if (told.type === 'measured') return told.text
      trouble = told.text
      return undefined
    },
    onReady: () => {
      isReady = true
      hasDied = false
    },
    notRunning: '',
    noAnswer: '',
    onError: (err) => logger.error({ err }, `${what} has stopped`),
    onExit: () => {
      isReady = false
      hasDied = true
      trouble = undefined
    },
  })

  return {
    metrics: worker.measure,
    check: async () => {
      if (!isReady) throw new Error(`${what} ${hasDied ? 'is not running' : NOT_BEGUN}`)
      if (trouble !== undefined) throw new Error(trouble)
    },
    stop: worker.stop,
  }
}
