import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteEventLog } from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { openEventIndex } from './event-index.ts'
import { keepIndex } from './keep-index.ts'
import type { IndexThreadOptions } from './start-index-thread.ts'

/** The thread that keeps an index of events. Started by start-index-thread.ts. */

const port = parentPort
if (!port) throw new Error('index-thread is started as a worker thread')

const { indexPath, logLocation } = workerData as IndexThreadOptions
const log = openSqliteEventLog({ path: logLocation })
const index = await openEventIndex(indexPath, log)
const keeping = keepIndex(log, index)

port.once('message', async () => {
  await keeping.stop()
  index.close()
  await log.close()
  port.close()
})

// What it cannot get over ends the thread, for another to be started.
await keeping.ended
