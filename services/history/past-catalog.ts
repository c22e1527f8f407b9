import { setImmediate as turn } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { createCatalogInMemory } from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { type CatalogReader, catalogReader } from '../catalog/catalog-reader.ts'

/** A catalog of a few streams, for one answer. */
export type PastCatalog = {
  readonly reader: CatalogReader
  /** Takes one stream's pages, and other events where they belong among them. */
  take(pages: AsyncIterable<readonly RecordedEvent[]>, others?: readonly RecordedEvent[]): Promise<void>
  close(): void
}

export function openPastCatalog(): PastCatalog {
  const database = createCatalogInMemory()
  const writer = catalogWriter(database)
  return {
    reader: catalogReader(database),
    async take(pages, others = []) {
      let waiting = others.toSorted(byPosition)
      for await (const page of pages) {
        const end = page.at(-1)!.position
        const due = waiting.filter(({ position }) => position < end)
        waiting = waiting.slice(due.length)
        writer.apply([...page, ...due].sort(byPosition))
        await turn()
      }
      writer.apply(waiting)
    },
    close: () => database.close(),
  }
}

const byPosition = (a: RecordedEvent, b: RecordedEvent): number => a.position - b.position
