import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { flushStaged } from './apply-change.ts'
import type { CatalogWrite } from './catalog-write.ts'
import { stagedRows } from './staged-rows.ts'

/** Writes tables of a catalog, and `meta` beside them, which tells how far they include the log. */
export type StepWriter = {
  readonly prepare: (sql: string) => StatementSyncInstance
  /** The position up to which the tables include the log; 0 for nothing. */
  position(): number
  /** The id of the event at that position. */
  lastEvent(): string | undefined
  /** One transaction: what `work` makes of the events, and the position they bring the tables to. */
  step(events: readonly RecordedEvent[], work: (write: CatalogWrite) => void): void
  /** Drops what it remembers of the tables: they are not what it has made of them. */
  forget(): void
}

/** @param database which this writer alone writes */
export function stepWriter(database: DatabaseSyncInstance): StepWriter {
  const statements = new Map<string, StatementSyncInstance>()
  const prepare = (sql: string): StatementSyncInstance => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const meta = (key: string): unknown => {
    const row = prepare('SELECT value FROM meta WHERE key = ?').get(key)
    return (row as { value: unknown } | undefined)?.value
  }
  const known = { timelines: new Map(), windows: new Map(), facets: new Map() }
  const forget = () => {
    for (const map of Object.values(known)) map.clear()
  }

  return {
    prepare,
    position: () => (meta('position') as number | undefined) ?? 0,
    lastEvent: () => meta('event') as string | undefined,
    step: (events, work) => {
      const last = events.at(-1)
      if (!last) return
      database.exec('BEGIN IMMEDIATE')
      try {
        const write: CatalogWrite = { prepare, ...known, staged: stagedRows() }
        work(write)
        flushStaged(write)
        prepare(`INSERT OR REPLACE INTO meta VALUES ('position', ?), ('event', ?)`).run(
          last.position,
          last.id,
        )
        database.exec('COMMIT')
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        forget()
        throw error
      }
    },
    forget,
  }
}
