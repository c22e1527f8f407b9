import type { Worker } from 'node:worker_threads'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { ToThread } from './worker-port.ts'

export type RestartingWorker = {
  /** Lost where the worker is not running. */
  post(message: ToThread): void
  /**
   * Has it come to its end, which is up to it (worker-port.ts).
   * @param withinMs if it takes longer it cuts itself off
   */
  stop(withinMs?: number): Promise<void>
}

export type WorkerEvents = {
  /** How the consumer is called that runs there. */
  readonly consumer: string
  /** Up to where it has seen the log, where that can be told from here. */
  position?(): number | undefined
  onMessage?(message: unknown): void
  onError(error: unknown): void
  onExit?(): void
}

const RESTART_AFTER_MS = 1_000

/** A worker that is started again when it dies, until it is stopped. */
export function restartingWorker(
  make: () => Worker,
  { consumer, position, onMessage, onError, onExit }: WorkerEvents,
): RestartingWorker {
  let worker: Worker | undefined
  let isStopping = false
  let restart: NodeJS.Timeout | undefined
  let exited = Promise.resolve()
  const watch = watchConsumer(consumer, position, false)

  const start = (): void => {
    const started = make()
    worker = started
    if (onMessage) started.on('message', onMessage)
    started.once('online', watch.running)
    started.once('error', onError)
    exited = new Promise((resolve) => {
      started.once('exit', () => {
        worker = undefined
        onExit?.()
        if (!isStopping) {
          watch.stopped()
          restart = setTimeout(start, RESTART_AFTER_MS)
        }
        resolve()
      })
    })
  }
  start()
  const post = (message: ToThread): void => worker?.postMessage(message)

  return {
    post,
    stop: async (withinMs) => {
      isStopping = true
      watch.over()
      clearTimeout(restart)
      post({ type: 'stop', withinMs })
      await exited
    },
  }
}
