import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteEventLog } from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { keepViews } from './keep-views.ts'
import type { AnalyticsThreadOptions } from './start-analytics-thread.ts'

/** The thread that keeps the analytics views. Started by start-analytics-thread.ts. */

const port = parentPort
if (!port) throw new Error('analytics-thread is started as a worker thread')

const { viewsPath, logLocation } = workerData as AnalyticsThreadOptions
const log = openSqliteEventLog({ path: logLocation })
const keeping = await keepViews(log, viewsPath)

port.once('message', async () => {
  await keeping.stop()
  await log.close()
  port.close()
})

// What it cannot get over ends the thread, for another to be started.
await keeping.ended
