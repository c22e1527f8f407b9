import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { applyChange } from './apply-change.ts'
import { projectToCatalog } from './project.ts'
import { stepWriter } from './step-writer.ts'

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
  const { prepare, position, lastEvent, step, forget } = stepWriter(database)
  let tables: readonly string[] | undefined
  return {
    position,
    lastEvent,
    apply: (events) =>
      step(events, (write) => {
        for (const event of events) for (const change of projectToCatalog(event)) applyChange(write, change)
      }),
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
