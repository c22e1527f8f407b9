import { parentPort, type Worker, type WorkerOptions } from 'node:worker_threads'
import { sayWhenThreadEnds, startThread } from './start-thread.ts'

/** `measure` is answered in the order of asking. */
export type ToThread =
  | { readonly type: 'measure' }
  /** `withinMs`: if its end takes longer, the thread cuts itself off. */
  | { readonly type: 'stop'; readonly withinMs: number | undefined }

export type WorkerPort<M> = {
  tell(message: M): void
  /** Resolves when it is to come to its end. */
  readonly stopped: Promise<void>
  /** To be called last: nothing else keeps the thread. */
  close(): void
}

/** Starts a thread that has a `workerPort`. */
export const startPortThread = (file: URL, options: WorkerOptions): Worker =>
  startThread(file, options, { type: 'stop', withinMs: 0 } satisfies ToThread)

/**
 * What a thread that `startPortThread` started hears and says. To be opened before all else: a thread that is told to
 * stop within some time does so even while it begins.
 *
 * It is for the thread to cut itself off. From outside (`Worker.terminate`) that would end the whole process, where
 * it came in the middle of a call to SQLite: its binding cannot go on in a thread that is being terminated.
 * @param measure answers the question how it is
 * @throws where this is no thread
 */
export function workerPort<M>(measure?: () => Promise<M>): WorkerPort<M> {
  const port = parentPort
  if (!port) throw new Error('this module is started as a worker thread')
  sayWhenThreadEnds()
  const tell = (message: M) => port.postMessage(message)
  const stopped = new Promise<void>((resolve) => {
    port.on('message', async (message: ToThread) => {
      if (message.type === 'measure') {
        if (measure) tell(await measure())
        return
      }
      if (message.withinMs !== undefined) setTimeout(() => process.exit(), message.withinMs).unref()
      resolve()
    })
  })
  return { tell, stopped, close: () => port.close() }
}
