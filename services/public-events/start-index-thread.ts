import type { Logger } from '../observability/logger.ts'
import { restartingWorker } from '../process/restarting-worker.ts'
import { startPortThread } from '../process/worker-port.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'

export type IndexThreadOptions = { readonly indexPath: string; readonly logLocation: string }

export type IndexThread = { stop(): Promise<void> }

/** Keeps an index of events on a thread of its own. Should it die, it is started again, and goes on where it was. */
export function startIndexThread(options: IndexThreadOptions, logger: Logger): IndexThread {
  const make = () =>
    startPortThread(new URL('./index-thread.js', import.meta.url), {
      name: 'framelog-events',
      resourceLimits: YOUNG_GENERATION,
      workerData: options,
    })
  const onError = (err: unknown) => logger.error({ err }, 'the index of events has stopped')
  const { stop } = restartingWorker(make, { consumer: 'event-index', onError })
  return { stop }
}
