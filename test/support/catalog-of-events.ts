import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import { createCatalogDatabase, openCatalogForReading } from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { type CatalogReader, catalogReader } from '../../services/catalog/catalog-reader.ts'
import { recorded } from './recorded-events.ts'
import { temporaryFolder } from './running-service.ts'

/** A catalog without a log: events go in, answers come out. */
export type CatalogOfEvents = {
  readonly reader: CatalogReader
  /** Where its file is: catalog.db. */
  readonly folder: string
  add(...events: readonly DomainEvent[]): void
  close(): void
}

export function catalogOfEvents(...events: readonly DomainEvent[]): CatalogOfEvents {
  const folder = temporaryFolder()
  const path = join(folder, 'catalog.db')
  const database = createCatalogDatabase(path)
  const writer = catalogWriter(database)
  const reading = openCatalogForReading(path)
  const add = (...more: readonly DomainEvent[]) => writer.apply(recorded(more, writer.position()))
  add(...events)
  return {
    reader: catalogReader(reading),
    folder,
    add,
    close: () => {
      reading.close()
      database.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
