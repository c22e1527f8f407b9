import { openCatalogDatabase, openCatalogForReading } from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import type { Catalog } from '../../services/catalog/catalog.ts'
import { catalogReader } from '../../services/catalog/catalog-reader.ts'
import type { EventLog } from '../../services/ports/event-log.ts'

const PAGE = 500

/** A catalog that reads the log when it is asked to reach a position, on the caller's thread. */
export function openCatalogInProcess(log: EventLog, path: string): Catalog {
  const database = openCatalogDatabase(path)
  const writer = catalogWriter(database)
  const reading = openCatalogForReading(path)
  let following = Promise.resolve()

  async function follow(wanted: number): Promise<void> {
    while (writer.position() < wanted) {
      const events = await log.readAll(writer.position(), PAGE)
      if (events.length === 0) throw new Error(`the log ends before ${wanted}`)
      writer.apply(events)
    }
  }

  return {
    reader: catalogReader(reading),
    position: writer.position,
    reached(wanted) {
      following = following.then(() => follow(wanted))
      return following
    },
    async close() {
      await following
      reading.close()
      database.close()
    },
  }
}
