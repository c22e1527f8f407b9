import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { deriveEvent, type StateAtEvent } from './derive-event.ts'
import { type IndexWriter, LAST_CONTEXT } from './index-writer.ts'
import type { PublicEvent } from './public-event.ts'
import { isIndexed } from './told-as.ts'

type OfSegments = Extract<RecordedEvent, { readonly type: 'SegmentsAdded' | 'SegmentsDeleted' }>

/** What others are told of an event that the index includes. */
export type TellEvent = (event: RecordedEvent) => PublicEvent | undefined

/** @param contextAt spares a look-up, where its Flow's context at a position is known */
export function tellEvents(
  database: DatabaseSyncInstance,
  contextAt: IndexWriter['contextAt'] = () => undefined,
): TellEvent {
  const told = database.prepare('SELECT context, resource FROM told WHERE position = ?')
  const context = database.prepare(LAST_CONTEXT)

  const ofSegments = ({ data: { flow_id }, position }: OfSegments): StateAtEvent | undefined => {
    const known = contextAt(flow_id, position)
    if (known) return { context: known, resource: null }
    const row = context.get(flow_id, position) as { context: string } | undefined
    return row && { context: JSON.parse(row.context), resource: null }
  }

  const stateAt = (event: RecordedEvent): StateAtEvent | undefined => {
    if (event.type === 'SegmentsAdded' || event.type === 'SegmentsDeleted') return ofSegments(event)
    const row = told.get(event.position) as { context: string; resource: string | null } | undefined
    return row && { context: JSON.parse(row.context), resource: row.resource }
  }

  return (event) => deriveEvent(event, isIndexed(event) ? stateAt(event) : undefined)
}
