import { workerData } from 'node:worker_threads'
import { openSqliteEventLog } from '../adapters/event-log/sqlite/open-sqlite-event-log.ts'
import { workerPort } from '../process/worker-port.ts'
import { openEventIndex } from './event-index.ts'
import { keepIndex } from './keep-index.ts'
import type { IndexThreadOptions } from './start-index-thread.ts'

/** The thread that keeps an index of events. Started by start-index-thread.ts. */

const port = workerPort()
const { indexPath, logLocation } = workerData as IndexThreadOptions
const log = openSqliteEventLog({ path: logLocation })
const index = await openEventIndex(indexPath, log)
const keeping = keepIndex(log, index)

// What it cannot get over ends the thread, for another to be started.
await Promise.race([keeping.ended, port.stopped])
await keeping.stop()
index.close()
await log.close()
port.close()
