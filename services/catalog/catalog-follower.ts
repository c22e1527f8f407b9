import { parentPort, workerData } from 'node:worker_threads'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import {
  createCatalogDatabase,
  isDamaged,
  openCatalogDatabase,
} from '../../projections/catalog/catalog-database.ts'
import { type CatalogWriter, catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { openEventLog } from '../adapters/event-log/open-event-log.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { FollowerMessage, FollowerOptions } from './follower-message.ts'

/** The thread that keeps the catalog: a catch-up subscription that writes it. Started by catalog.ts. */

const { catalogPath, logLocation } = workerData as FollowerOptions
const port = parentPort
if (!port) throw new Error('catalog-follower is started as a worker thread')
const tell = (message: FollowerMessage) => port.postMessage(message)

/** At most this often, milliseconds. */
const PROGRESS_EVERY_MS = 500

const log = openEventLog(logLocation)
const head = await log.head()
let database = openCatalogDatabase(catalogPath)
let writer = catalogWriter(database)
if (!(await isOfThisLog(writer, log))) {
  database.close()
  database = createCatalogDatabase(catalogPath)
  writer = catalogWriter(database)
}
const start = writer.position()
let behind = start < head
let toldMs = 0
if (!behind) tell({ type: 'caught-up', position: start, rebuilt: false })

const subscription = log.subscribe(start, (events) => {
  apply(events)
  const last = events.at(-1)
  if (!last) return
  if (!behind) return tell({ type: 'reached', position: last.position })
  behind = last.position < head
  if (!behind) return tell({ type: 'caught-up', position: last.position, rebuilt: start === 0 })
  if (Date.now() - toldMs < PROGRESS_EVERY_MS) return
  toldMs = Date.now()
  tell({ type: 'progress', position: last.position, head })
})

port.once('message', async () => {
  await subscription.stop()
  database.close()
  await log.close()
  port.close()
})

await subscription.ended

/** A damaged catalog is left empty, for the thread that is started next to build it again. */
function apply(events: readonly RecordedEvent[]): void {
  try {
    writer.apply(events)
  } catch (error) {
    if (isDamaged(error)) {
      database.close()
      createCatalogDatabase(catalogPath).close()
    }
    throw error
  }
}

/** A catalog of another log, or of one that was put back to an earlier state, is no catalog of this one. */
async function isOfThisLog(catalog: CatalogWriter, eventLog: EventLog): Promise<boolean> {
  const position = catalog.position()
  if (position === 0) return true
  const [last] = await eventLog.readAll(position - 1, 1)
  return last !== undefined && last.id === catalog.lastEvent()
}
