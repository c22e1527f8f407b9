import { startAnalyticsThread } from '../../analytics/start-analytics-thread.ts'
import { createLogger } from '../../observability/logger.ts'
import { runProjector, viewsPathOf } from '../../projector/run-projector.ts'
import { startTracing, stopTracing } from '../../tracing/tracing.ts'
import { printNote } from '../output.ts'
import { vastCommand } from './vast-config.ts'

/** Writes tables until it is told to stop (SIGTERM, SIGINT). @throws InvalidConfig; what it cannot get over */
export async function projectToVast(): Promise<void> {
  const { config, vast, logPath: logLocation } = vastCommand()
  const stopSignal = new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
  const logger = createLogger(config.LOG_LEVEL)
  await startTracing(config.tracing, 'vast-projector', logger)
  const projector = runProjector(config, vast, logger)
  const viewsPath = viewsPathOf(config)
  // Where the service keeps the views, this waits until it is gone.
  const views = viewsPath === undefined ? undefined : startAnalyticsThread({ viewsPath, logLocation }, logger)
  // A timer by itself lets the process end.
  const staying = setInterval(() => undefined, 60_000)
  printNote('tables in VAST DB are being written')
  try {
    await Promise.race([stopSignal, projector.ended])
  } finally {
    clearInterval(staying)
    await Promise.all([projector.stop(), views?.stop()])
    await stopTracing()
  }
}
