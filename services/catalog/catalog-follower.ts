import { parentPort, workerData } from 'node:worker_threads'
import {
  createCatalogDatabase,
  createListIndexes,
  dropListIndexes,
  isDamaged,
  openCatalogDatabase,
} from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { openEventLog } from '../adapters/event-log/open-event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'
import { sayWhenThreadEnds } from '../process/start-thread.ts'
import { tracedWithin } from '../tracing/spans-of-events.ts'
import { startTracing, stopTracing } from '../tracing/tracing.ts'
import type { FollowerMessage, FollowerOptions } from './follower-message.ts'

/** The thread that keeps the catalog: a catch-up subscription that writes it. Started by catalog.ts. */

const { catalogPath, logLocation, tracing } = workerData as FollowerOptions
const port = parentPort
if (!port) throw new Error('catalog-follower is started as a worker thread')
sayWhenThreadEnds()
const tell = (message: FollowerMessage) => port.postMessage(message)

/** At most this often, milliseconds. */
const PROGRESS_EVERY_MS = 500
/** Events from which on a catalog that starts from nothing is worth building without the indexes of lists. */
const LONG_REBUILD = 50_000

await startTracing(tracing, 'catalog', undefined)
const log = openEventLog(logLocation)
const head = await log.head()
let database = openCatalogDatabase(catalogPath)
let writer = catalogWriter(database)
if (!(await isOfLog(log, writer.position(), writer.lastEvent()))) {
  database.close()
  database = createCatalogDatabase(catalogPath)
  writer = catalogWriter(database)
}
const start = writer.position()
let behind = start < head
let toldMs = 0
if (start === 0 && head >= LONG_REBUILD) dropListIndexes(database)
if (!behind) tellCaughtUp(start, false)

const subscription = log.subscribe(start, (events) => {
  // What was done before it began is long over, and its callers have their answers.
  if (behind) orStartOver(() => writer.apply(events))
  else tracedWithin(events, 'project to catalog', () => orStartOver(() => writer.apply(events)))
  const last = events.at(-1)
  if (!last) return
  if (!behind) return tell({ type: 'reached', position: last.position })
  behind = last.position < head
  if (!behind) return tellCaughtUp(last.position, start === 0)
  if (Date.now() - toldMs < PROGRESS_EVERY_MS) return
  toldMs = Date.now()
  tell({ type: 'progress', position: last.position, head })
})

port.once('message', async () => {
  await subscription.stop()
  database.close()
  await log.close()
  await stopTracing()
  port.close()
})

await subscription.ended

/** From here on there are readers, who need what a rebuild, this one or one that was stopped, went without. */
function tellCaughtUp(position: number, rebuilt: boolean): void {
  orStartOver(() => createListIndexes(database))
  tell({ type: 'caught-up', position, rebuilt })
}

/** A damaged catalog is left empty, for the thread that is started next to build it again. */
function orStartOver(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (isDamaged(error)) {
      database.close()
      createCatalogDatabase(catalogPath).close()
    }
    throw error
  }
}
