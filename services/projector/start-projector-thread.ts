import { Worker } from 'node:worker_threads'
import type { Logger } from '../observability/logger.ts'
import { restartingWorker } from '../process/restarting-worker.ts'
import type { FromProjector, ToProjector } from './projector-messages.ts'

export type ProjectorThread = {
  /** Its metrics as Prometheus reads them; none while it is not running. */
  metrics(): Promise<string>
  /** What went wrong last; undefined while all is well. */
  error(): Promise<string | undefined>
  /** @throws while the tables cannot be written */
  check(): Promise<void>
  stop(): Promise<void>
}

type Measured = { readonly text: string; readonly error: string | undefined }

const MEASURE_TIMEOUT_MS = 1_000
const NOT_RUNNING: Measured = { text: '', error: 'the projector is not running' }

/** Writes on a thread of its own, at its own pace. Should it die, it is started again, and goes on where it was. */
export function startProjectorThread(logger: Logger): ProjectorThread {
  let isReady = false
  let asking: ((measured: Measured) => void)[] = []
  const answer = (measured: Measured) => {
    for (const resolve of asking) resolve(measured)
    asking = []
  }
  const make = () =>
    new Worker(new URL('./projector-thread.js', import.meta.url), { name: 'framelog-projector' })
  const worker = restartingWorker(make, {
    onMessage: (message) => {
      const told = message as FromProjector
      if (told.type === 'measured') return answer(told)
      isReady = true
    },
    onError: (err) => logger.error({ err }, 'the writing of tables in VAST DB has stopped'),
    onExit: () => {
      isReady = false
      answer(NOT_RUNNING)
    },
  })
  const measure = (): Promise<Measured> => {
    if (!isReady) return Promise.resolve(NOT_RUNNING)
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => answer({ text: '', error: 'the projector gives no answer' }),
        MEASURE_TIMEOUT_MS,
      )
      asking.push((measured) => {
        clearTimeout(timer)
        resolve(measured)
      })
      if (asking.length === 1) worker.post('measure' satisfies ToProjector)
    })
  }

  return {
    metrics: async () => (await measure()).text,
    error: async () => (await measure()).error,
    check: async () => {
      const { error } = await measure()
      if (error !== undefined) throw new Error(error)
    },
    stop: () => worker.stop('stop' satisfies ToProjector),
  }
}
