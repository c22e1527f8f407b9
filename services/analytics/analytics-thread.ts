import { workerData } from 'node:worker_threads'
import { openSqliteEventLog } from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { workerPort } from '../process/worker-port.ts'
import { keepViews } from './keep-views.ts'
import { lockViews } from './lock-views.ts'
import type { AnalyticsThreadOptions } from './start-analytics-thread.ts'

/** The thread that keeps the analytics views. Started by start-analytics-thread.ts. */

const port = workerPort()
const { viewsPath, logLocation } = workerData as AnalyticsThreadOptions
const stopping = new AbortController()
const stopped = port.stopped.then(() => stopping.abort())

// Another process may keep them: this one goes on with them when that is gone.
const unlock = await lockViews(viewsPath, stopping.signal).catch((error) => {
  if (!stopping.signal.aborted) throw error
  return undefined
})
try {
  if (unlock) await keepUntilStopped()
} finally {
  unlock?.()
}
port.close()

/** @throws what it cannot get over, which ends the thread, for another to be started */
async function keepUntilStopped(): Promise<void> {
  const log = openSqliteEventLog({ path: logLocation })
  const keeping = await keepViews(log, viewsPath)
  await Promise.race([keeping.ended, stopped])
  await keeping.stop()
  await log.close()
}
