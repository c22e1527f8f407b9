import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { isDamaged } from '../../projections/catalog/catalog-database.ts'
import type { EventLog } from '../ports/event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'
import { createIndexDatabase, openIndexDatabase } from './index-database.ts'
import { indexWriter } from './index-writer.ts'
import { type TellEvent, tellEvents } from './tell-event.ts'
import { isIndexed } from './told-as.ts'

/**
 * Knows of every event what was so when it happened: whose Flow it was, what collected that, what it looked
 * like. It is a view of the log, and moves along with whoever reads the log through it.
 */
export type EventIndex = {
  /** The position up to which it includes the log; 0 for nothing. */
  position(): number
  /** @param events whole appends, in order, with all of INDEXED_TYPES; others, and those it has, are passed over */
  take(events: readonly RecordedEvent[]): void
  readonly tell: TellEvent
  close(): void
}

/** Opens the index of a log: an empty one where it is missing, damaged, or of another log. */
export async function openEventIndex(path: string, log: EventLog): Promise<EventIndex> {
  const database = openIndexDatabase(path)
  const writer = indexWriter(database)
  if (await isOfLog(log, writer.position(), writer.lastEvent())) return eventIndex(path, database)
  database.close()
  return eventIndex(path, createIndexDatabase(path))
}

export function eventIndex(path: string, database: DatabaseSyncInstance): EventIndex {
  const writer = indexWriter(database)
  let position = writer.position()

  return {
    position: () => position,
    take: (events) => {
      const fresh = events.filter((event) => event.position > position && isIndexed(event))
      try {
        writer.take(fresh)
      } catch (error) {
        // Left empty, for whoever opens it next to build it again.
        if (isDamaged(error)) {
          database.close()
          createIndexDatabase(path).close()
        }
        throw error
      }
      position = fresh.at(-1)?.position ?? position
    },
    tell: tellEvents(database, writer.contextAt),
    close: () => database.close(),
  }
}
