import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { DeletionEvent } from '../../contracts/events/deletion-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { applyChange, flushStaged } from '../../projections/catalog/apply-change.ts'
import type { CatalogWrite } from '../../projections/catalog/catalog-write.ts'
import { projectToCatalog } from '../../projections/catalog/project.ts'
import type { RowChange } from '../../projections/catalog/row-change.ts'
import { stepWriter } from '../../projections/catalog/step-writer.ts'
import { renderDeletion } from '../api/deletions/render-deletion.ts'
import { renderFlow } from '../api/flows/render-flow.ts'
import { renderSource } from '../api/sources/render-source.ts'
import { deletionQueries } from '../catalog/deletion-queries.ts'
import { flowQueries } from '../catalog/flow-queries.ts'
import { sourceQueries } from '../catalog/source-queries.ts'
import { byAppend } from './by-append.ts'
import { contextQueries, type EventContext } from './event-context.ts'

export type IndexWriter = {
  /** The position up to which the index includes the log; 0 for nothing. */
  position(): number
  /** The id of the last event it has taken. */
  lastEvent(): string | undefined
  /**
   * Takes events in order, in one transaction with the position they bring the index to.
   * @param events whole appends, of INDEXED_TYPES
   */
  take(events: readonly RecordedEvent[]): void
  /** What a Flow's context was at a position that is taken; undefined where that has to be looked up. */
  contextAt(flow_id: string, position: number): EventContext | undefined
}

/** A context, and the position from which on it is that of its Flow. */
type CurrentContext = { readonly since: number; readonly context: EventContext }

/** Contexts that are known to be written; each is a few hundred bytes. */
const MAX_KNOWN = 10_000

/** @param database as openIndexDatabase gives it: this writer alone writes it */
export function indexWriter(database: DatabaseSyncInstance): IndexWriter {
  const { prepare, position, lastEvent, step } = stepWriter(database)
  const contexts = contextQueries(database)
  const { flow } = flowQueries(database)
  const { source } = sourceQueries(database)
  const { deletionRequest } = deletionQueries(database)
  /** Of Flows whose last written context is the one they have. */
  const current = new Map<string, CurrentContext>()

  const tell = (position: number, context: EventContext | undefined, resource: string | null) => {
    if (!context) return
    prepare(TELL).run(position, JSON.stringify(context), resource)
  }

  const lastContext = (flow_id: string, position: number): string | undefined =>
    (prepare(LAST_CONTEXT).get(flow_id, position) as { context: string } | undefined)?.context

  /** Its Flow may be gone: then it is looked at as it was before. */
  const tellOfDeletion = (position: number, deletion_id: string, end: number) => {
    const row = deletionRequest(deletion_id)
    if (!row) return
    const known = contexts.ofFlow(row.flow_id)
    const context = known ? JSON.stringify(known) : lastContext(row.flow_id, end)
    if (context === undefined) return
    prepare(TELL).run(position, context, JSON.stringify(renderDeletion(row)))
  }

  const noteContext = (flow_id: string, position: number, context: EventContext | undefined) => {
    if (!context) return
    const text = JSON.stringify(context)
    if (lastContext(flow_id, position) === text) return
    prepare('INSERT OR REPLACE INTO flow_contexts VALUES (?, ?, ?)').run(flow_id, position, text)
  }

  /** Of what goes, as it was before anything of the append was done. */
  const tellOfDepartures = (event: RecordedEvent) => {
    const { position } = event
    if (event.type === 'FlowDeleted') {
      const { flow_id } = event.data
      const context = contexts.ofFlow(flow_id)
      tell(position, context, null)
      noteContext(flow_id, position, context)
    }
    if (event.type === 'SourceDeleted') tell(position, contexts.ofSource(event.data.source_id), null)
    if (event.type === 'SegmentsDeleted') {
      noteContext(event.data.flow_id, position, contexts.ofFlow(event.data.flow_id))
    }
  }

  /** Of what there is, as it was when all of the append was done: nobody ever saw half of one. */
  const tellOfRest = (event: RecordedEvent, end: number) => {
    const { position } = event
    if (event.type === 'FlowCreated' || event.type === 'FlowUpdated' || event.type === 'FlowRestored') {
      const row = flow(event.data.flow.id)
      if (row) tell(position, contexts.ofFlow(row.id), renderFlow(row))
    }
    if (event.type === 'SourceCreated' || event.type === 'SourceUpdated' || event.type === 'SourceRestored') {
      const row = source(event.data.source.id)
      if (row) tell(position, contexts.ofSource(row.id), renderSource(row))
    }
    if (isOfDeletion(event)) tellOfDeletion(position, event.data.deletion_id, end)
    if (event.type === 'SegmentsAdded' && !current.has(event.data.flow_id)) {
      const { flow_id } = event.data
      const context = contexts.ofFlow(flow_id)
      if (!context) return
      noteContext(flow_id, position, context)
      if (current.size >= MAX_KNOWN) current.clear()
      current.set(flow_id, { since: position, context })
    }
  }

  const takeAppend = (write: CatalogWrite, append: readonly RecordedEvent[]) => {
    const isRead = append.some(({ type }) => !OF_SEGMENTS.has(type))
    if (isRead) flushStaged(write)
    if (append.some((event) => !OF_SEGMENTS.has(event.type) && !isOfDeletion(event))) current.clear()
    for (const event of append) tellOfDepartures(event)
    for (const event of append) {
      for (const change of projectToCatalog(event)) if (isIndexed(change)) applyChange(write, change)
    }
    if (isRead) flushStaged(write)
    const end = append.at(-1)!.position
    for (const event of append) tellOfRest(event, end)
  }

  return {
    position,
    lastEvent,
    take: (events) => {
      try {
        step(events, (write) => {
          for (const append of byAppend(events)) takeAppend(write, append)
        })
      } catch (error) {
        current.clear()
        throw error
      }
    },
    contextAt: (flow_id, position) => {
      const known = current.get(flow_id)
      return known && known.since <= position ? known.context : undefined
    },
  }
}

export const LAST_CONTEXT = `
  SELECT context FROM flow_contexts WHERE flow_id = ? AND position <= ? ORDER BY position DESC LIMIT 1`

const TELL = 'INSERT INTO told VALUES (?, ?, ?)'

const OF_SEGMENTS: ReadonlySet<string> = new Set([
  'SegmentsAdded',
  'SegmentsDeleted',
  'SegmentTagSet',
  'SegmentTagRemoved',
])

const INDEXED_TABLES: ReadonlySet<string> = new Set(['flows', 'sources', 'deletion_requests'])

const isOfDeletion = (event: RecordedEvent): event is RecordedEvent<DeletionEvent> =>
  event.type.startsWith('Deletion')

/** Only what Flows, Sources and deletion requests show of themselves. */
function isIndexed(change: RowChange): boolean {
  switch (change.op) {
    case 'put':
    case 'remove':
      return INDEXED_TABLES.has(change.table)
    case 'set-members':
    case 'restore-member':
    case 'remove-member':
    case 'touch-segments':
    case 'untouch-segments':
      return true
    default:
      return false
  }
}
