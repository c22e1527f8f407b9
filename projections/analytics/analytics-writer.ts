import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { applyViewChange } from './apply-view-change.ts'
import { forgetSomeFlows } from './flow-state.ts'
import { flushViews } from './flush-views.ts'
import { forgetSomeObjects } from './object-state.ts'
import { projectToViews } from './project.ts'
import type { Prepare } from './sums.ts'
import type { FlowState, ObjectState, ViewWrite } from './view-write.ts'

export type AnalyticsWriter = {
  /** The position up to which the views include the log; 0 for nothing. */
  position(): number
  /** The id of the event at that position. */
  lastEvent(): string | undefined
  /** Takes events in order, in one transaction with the position they bring the views to. */
  apply(events: readonly RecordedEvent[]): void
}

/** @param database as analytics-database.ts opens it: this writer alone writes it */
export function analyticsWriter(database: DatabaseSyncInstance): AnalyticsWriter {
  const statements = new Map<string, StatementSyncInstance>()
  const prepare: Prepare = (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const meta = (key: string): unknown => {
    const row = prepare('SELECT value FROM meta WHERE key = ?').get(key)
    return (row as { value: unknown } | undefined)?.value
  }
  const known = {
    flows: new Map<string, FlowState>(),
    storages: new Map<string, number>(),
    objects: new Map<string, ObjectState>(),
  }

  const project = (events: readonly RecordedEvent[], last: RecordedEvent) => {
    const write = newWrite(prepare, known, last.position)
    for (const event of events) {
      write.timeMs = event.timeMs
      for (const change of projectToViews(event)) applyViewChange(write, change)
    }
    flushViews(write)
    prepare(`INSERT OR REPLACE INTO meta VALUES ('position', ?), ('event', ?)`).run(last.position, last.id)
  }

  return {
    position: () => (meta('position') as number | undefined) ?? 0,
    lastEvent: () => meta('event') as string | undefined,
    apply: (events) => {
      const last = events.at(-1)
      if (!last) return
      forgetSomeFlows(known.flows)
      forgetSomeObjects(known.objects)
      database.exec('BEGIN IMMEDIATE')
      try {
        project(events, last)
        database.exec('COMMIT')
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        for (const map of Object.values(known)) map.clear()
        throw error
      }
    },
  }
}

const newWrite = (
  prepare: Prepare,
  known: Pick<ViewWrite, 'flows' | 'storages' | 'objects'>,
  position: number,
): ViewWrite => ({
  prepare,
  position,
  ...known,
  timeMs: 0,
  touched: new Map(),
  changedObjects: new Map(),
  sums: new Map(),
  objectSums: new Map(),
  segments: [],
  lengths: new Map(),
  joins: new Map(),
  counts: new Map(),
  ingest: new Map(),
})
