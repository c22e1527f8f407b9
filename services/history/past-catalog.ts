import { setImmediate as turn } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { createCatalogInMemory } from '../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../projections/catalog/catalog-writer.ts'
import { type FlowQueries, flowQueries } from '../catalog/flow-queries.ts'
import { type ObjectQueries, objectQueries } from '../catalog/object-queries.ts'
import { type ProfileQueries, profileQueries } from '../catalog/profile-queries.ts'
import { type SourceQueries, sourceQueries } from '../catalog/source-queries.ts'
import { type WebhookQueries, webhookQueries } from '../catalog/webhook-queries.ts'

/** What can be asked about single resources. */
export type PastReader = FlowQueries & SourceQueries & ObjectQueries & ProfileQueries & WebhookQueries

/** A catalog of a few streams, for one answer. */
export type PastCatalog = {
  readonly reader: PastReader
  /** Takes one stream's pages, and other events where they belong among them. */
  take(pages: AsyncIterable<readonly RecordedEvent[]>, others?: readonly RecordedEvent[]): Promise<void>
}

export type OpenPastCatalog = PastCatalog & {
  /** Takes everything out again, for another answer. */
  clear(): void
  /** What it takes of the memory, be it full or cleared. */
  bytes(): number
  close(): void
}

export function openPastCatalog(): OpenPastCatalog {
  const database = createCatalogInMemory()
  const writer = catalogWriter(database)
  const size = database.prepare(`
    SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()`)
  return {
    reader: {
      ...flowQueries(database),
      ...sourceQueries(database),
      ...objectQueries(database),
      ...profileQueries(database),
      ...webhookQueries(database),
    },
    async take(pages, others = []) {
      let waiting = others.map(withOwnKey).toSorted(byPosition)
      for await (const page of pages) {
        const end = page.at(-1)!.position
        const due = waiting.filter(({ position }) => position < end)
        waiting = waiting.slice(due.length)
        writer.apply([...page.map(withOwnKey), ...due].sort(byPosition))
        await turn()
      }
      writer.apply(waiting)
    },
    clear: writer.clear,
    bytes: () => (size.get() as { bytes: number }).bytes,
    close: () => database.close(),
  }
}

/**
 * Rows of flows that are told without their beginning have keys that SQLite gives them, and may have got the one a
 * flow had before it was deleted.
 */
const withOwnKey = (event: RecordedEvent): RecordedEvent =>
  event.type === 'FlowRestored'
    ? { ...event, data: { ...event.data, created_position: event.position } }
    : event

const byPosition = (a: RecordedEvent, b: RecordedEvent): number => a.position - b.position
