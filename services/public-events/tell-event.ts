import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { deriveEvent, type StateAtEvent } from './derive-event.ts'
import { LAST_CONTEXT } from './index-writer.ts'
import type { PublicEvent } from './public-event.ts'
import { isIndexed } from './told-as.ts'

/** What others are told of an event that the index includes. */
export type TellEvent = (event: RecordedEvent) => PublicEvent | undefined

export function tellEvents(database: DatabaseSyncInstance): TellEvent {
  const told = database.prepare('SELECT context, resource FROM told WHERE position = ?')
  const context = database.prepare(LAST_CONTEXT)

  const stateAt = (event: RecordedEvent): StateAtEvent | undefined => {
    const isOfSegments = event.type === 'SegmentsAdded' || event.type === 'SegmentsDeleted'
    const row = isOfSegments ? context.get(event.data.flow_id, event.position) : told.get(event.position)
    if (!row) return undefined
    const { context: text, resource = null } = row as { context: string; resource?: string | null }
    return { context: JSON.parse(text), resource }
  }

  return (event) => deriveEvent(event, isIndexed(event) ? stateAt(event) : undefined)
}
