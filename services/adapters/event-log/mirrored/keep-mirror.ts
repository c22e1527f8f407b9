import { restartingWorker } from '../../../process/restarting-worker.ts'
import { startPortThread } from '../../../process/worker-port.ts'
import { YOUNG_GENERATION } from '../../../process/young-generation.ts'
import { type FromMirrorThread, type MirrorThreadOptions, URL_VARIABLE } from './mirror-messages.ts'

export type MirrorKeeper = {
  /** What is wrong with the following of the server; undefined while all is well. */
  trouble(): FromMirrorThread | undefined
  stop(): Promise<void>
}

/**
 * Keeps a mirror on a thread of its own, which is started again should it die. Of several who would keep the same one
 * does; the others stand by.
 */
export function keepMirror(path: string, url: string, onError: (error: unknown) => void): MirrorKeeper {
  let trouble: FromMirrorThread | undefined
  const make = () =>
    startPortThread(new URL('./mirror-thread.js', import.meta.url), {
      name: 'framelog-mirror',
      workerData: { path } satisfies MirrorThreadOptions,
      env: { ...process.env, [URL_VARIABLE]: url },
      execArgv: [],
      resourceLimits: YOUNG_GENERATION,
    })
  const worker = restartingWorker(make, {
    consumer: 'event-log-mirror',
    onMessage: (message) => {
      const told = message as FromMirrorThread
      trouble = told.trouble === undefined ? undefined : told
    },
    onError: (error) => {
      trouble = { trouble: `it has stopped: ${error instanceof Error ? error.message : String(error)}` }
      onError(error)
    },
  })
  return { trouble: () => trouble, stop: () => worker.stop() }
}
