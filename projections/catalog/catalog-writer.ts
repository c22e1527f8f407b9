import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { applyChange, flushStaged } from './apply-change.ts'
import type { CatalogWrite } from './catalog-write.ts'
import { projectToCatalog } from './project.ts'
import { stagedRows } from './staged-rows.ts'

export type CatalogWriter = {
  /** The position up to which the catalog includes the log; 0 for nothing. */
  position(): number
  /** The id of the event at that position. */
  lastEvent(): string | undefined
  /** Takes events in order, in one transaction with the position they bring the catalog to. */
  apply(events: readonly RecordedEvent[]): void
  /** Takes everything out again: as good as new, and sooner there than a new one. */
  clear(): void
}

/** @param database a catalog with its tables (catalog-database.ts), which this writer alone writes. */
export function catalogWriter(database: DatabaseSyncInstance): CatalogWriter {
  const statements = new Map<string, StatementSyncInstance>()
  const prepare = (sql: string): StatementSyncInstance => {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  let tables: readonly string[] | undefined
  const known = { timelines: new Map(), windows: new Map(), facets: new Map() }

  const meta = (key: string): unknown => {
    const row = prepare('SELECT value FROM meta WHERE key = ?').get(key)
    return (row as { value: unknown } | undefined)?.value
  }

  const forget = () => {
    for (const map of Object.values(known)) map.clear()
  }

  return {
    position: () => (meta('position') as number | undefined) ?? 0,
    lastEvent: () => meta('event') as string | undefined,
    apply: (events) => {
      const last = events.at(-1)
      if (!last) return
      database.exec('BEGIN IMMEDIATE')
      try {
        const write: CatalogWrite = { prepare, ...known, staged: stagedRows() }
        for (const event of events) for (const change of projectToCatalog(event)) applyChange(write, change)
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
    clear: () => {
      tables ??= tablesOf(database)
      database.exec('BEGIN IMMEDIATE')
      for (const table of tables) prepare(`DELETE FROM ${table}`).run()
      prepare(`DELETE FROM meta WHERE key <> 'version'`).run()
      database.exec('COMMIT')
      forget()
    },
  }
}

/** Those that hold what events said. */
function tablesOf(database: DatabaseSyncInstance): readonly string[] {
  const rows = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'meta'`)
    .all()
  return (rows as { name: string }[]).map(({ name }) => name)
}
