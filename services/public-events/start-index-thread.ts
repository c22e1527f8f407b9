import { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'

export type IndexThreadOptions = { readonly indexPath: string; readonly logLocation: string }

export type IndexThread = { stop(): Promise<void> }

const RESTART_AFTER_MS = 1_000

/** Keeps an index of events on a thread of its own. Should it die, it is started again, and goes on where it was. */
export function startIndexThread(options: IndexThreadOptions, logger: Logger): IndexThread {
  let worker: Worker | undefined
  let isStopping = false
  let restart: NodeJS.Timeout | undefined
  let exited = Promise.resolve()

  const start = (): void => {
    const started = new Worker(new URL('./index-thread.js', import.meta.url), {
      name: 'framelog-events',
      workerData: options,
    })
    worker = started
    started.once('error', (err) => logger.error({ err }, 'the index of events has stopped'))
    exited = new Promise((resolve) => {
      started.once('exit', () => {
        worker = undefined
        if (!isStopping) restart = setTimeout(start, RESTART_AFTER_MS)
        resolve()
      })
    })
  }
  start()

  return {
    stop: async () => {
      isStopping = true
      clearTimeout(restart)
      worker?.postMessage('stop')
      await exited
    },
  }
}
