import type { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'
import { restartingWorker } from './restarting-worker.ts'

/** `measure` is answered by `measured`, in the order of asking. */
export type ToThread = 'measure' | 'stop'

export type FromThread =
  | { readonly type: 'ready' }
  /** Metrics as Prometheus reads them. */
  | { readonly type: 'measured'; readonly text: string }
  /** What is wrong; undefined once all is well. */
  | { readonly type: 'trouble'; readonly text: string | undefined }

/** A consumer of the log on a thread of its own. */
export type MeasuredThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** @throws where it has died and is not back yet, or is in trouble */
  check(): Promise<void>
  /** Resolves once it has written down how far it came. */
  stop(): Promise<void>
}

const MEASURE_TIMEOUT_MS = 1_000

/**
 * Should it die, it is started again, and goes on where it was.
 * @param what it does, e.g. `the delivery of webhooks`
 */
export function measuredThread(make: () => Worker, what: string, logger: Logger): MeasuredThread {
  let isReady = false
  let hasDied = false
  let trouble: string | undefined
  let asking: ((text: string) => void)[] = []

  const answer = (text: string) => {
    for (const resolve of asking) resolve(text)
    asking = []
  }
  const hear = (told: FromThread) => {
    if (told.type === 'measured') return answer(told.text)
    if (told.type === 'trouble') {
      trouble = told.text
      return
    }
    isReady = true
    hasDied = false
  }
  const worker = restartingWorker(make, {
    onMessage: (message) => hear(message as FromThread),
    onError: (err) => logger.error({ err }, `${what} has stopped`),
    onExit: () => {
      isReady = false
      hasDied = true
      trouble = undefined
      answer('')
    },
  })

  return {
    metrics: () => {
      if (!isReady) return Promise.resolve('')
      return new Promise((resolve) => {
        const timer = setTimeout(() => answer(''), MEASURE_TIMEOUT_MS)
        asking.push((text) => {
          clearTimeout(timer)
          resolve(text)
        })
        if (asking.length === 1) worker.post('measure' satisfies ToThread)
      })
    },
    check: async () => {
      if (hasDied) throw new Error(`${what} is not running`)
      if (trouble !== undefined) throw new Error(trouble)
    },
    stop: () => worker.stop('stop' satisfies ToThread),
  }
}
