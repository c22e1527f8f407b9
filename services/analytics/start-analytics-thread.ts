import type { Logger } from '../observability/logger.ts'
import { restartingWorker } from '../process/restarting-worker.ts'
import { startPortThread } from '../process/worker-port.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'
import { analyticsPosition } from './analytics-reader.ts'

export type AnalyticsThreadOptions = { readonly viewsPath: string; readonly logLocation: string }

export type AnalyticsThread = { stop(): Promise<void> }

/** Keeps views on a thread of its own. Should it die, it is started again, and goes on where it was. */
export function startAnalyticsThread(options: AnalyticsThreadOptions, logger: Logger): AnalyticsThread {
  const make = () =>
    startPortThread(new URL('./analytics-thread.js', import.meta.url), {
      name: 'framelog-analytics',
      resourceLimits: YOUNG_GENERATION,
      workerData: options,
    })
  const onError = (err: unknown) => logger.error({ err }, 'the keeping of analytics views has stopped')
  const { stop } = restartingWorker(make, {
    consumer: 'analytics',
    position: () => analyticsPosition(options.viewsPath),
    onError,
  })
  return { stop }
}
