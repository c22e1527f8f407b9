import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { isDamaged } from '../../projections/catalog/catalog-database.ts'
import type { EventLog } from '../ports/event-log.ts'
import { deriveEvent, type StateAtEvent } from './derive-event.ts'
import { createIndexDatabase, openIndexDatabase } from './index-database.ts'
import { indexWriter, LAST_CONTEXT } from './index-writer.ts'
import type { PublicEvent } from './public-event.ts'

/**
 * Knows of every event what was so when it happened: whose Flow it was, what collected that, what it looked
 * like. It is a view of the log, and moves along with whoever reads the log through it.
 */
export type EventIndex = {
  /** The position up to which it includes the log; 0 for nothing. */
  position(): number
  /** @param events whole appends, in order, of INDEXED_TYPES; those it has already are passed over */
  take(events: readonly RecordedEvent[]): void
  /** What others are told of an event that the index includes. */
  tell(event: RecordedEvent): PublicEvent | undefined
  close(): void
}

/** Opens the index of a log: an empty one where it is missing, damaged, or of another log. */
export async function openEventIndex(path: string, log: EventLog): Promise<EventIndex> {
  const database = openIndexDatabase(path)
  const writer = indexWriter(database)
  const position = writer.position()
  const [last] = position === 0 ? [] : await log.readAll(position - 1, 1)
  if (position === 0 || last?.id === writer.lastEvent()) return eventIndex(path, database)
  database.close()
  return eventIndex(path, createIndexDatabase(path))
}

export function eventIndex(path: string, database: DatabaseSyncInstance): EventIndex {
  const writer = indexWriter(database)
  const told = database.prepare('SELECT context, resource FROM told WHERE position = ?')
  const context = database.prepare(LAST_CONTEXT)
  let position = writer.position()

  const stateAt = (event: RecordedEvent): StateAtEvent | undefined => {
    const isOfSegments = event.type === 'SegmentsAdded' || event.type === 'SegmentsDeleted'
    const row = isOfSegments ? context.get(event.data.flow_id, event.position) : told.get(event.position)
    if (!row) return undefined
    const { context: text, resource = null } = row as { context: string; resource?: string | null }
    return { context: JSON.parse(text), resource }
  }

  return {
    position: () => position,
    take: (events) => {
      const fresh = events.filter((event) => event.position > position)
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
    tell: (event) => deriveEvent(event, stateAt(event)),
    close: () => database.close(),
  }
}
