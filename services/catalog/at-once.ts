import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** Has questions answered from one state of a database. */
export type AtOnce = <T>(ask: () => T) => T

/**
 * While another connection writes, SQLite reads each page anew for each statement: asked within one transaction, many
 * questions share them.
 */
export function atOnce(database: DatabaseSyncInstance): AtOnce {
  const begin = database.prepare('BEGIN')
  const end = database.prepare('COMMIT')
  return (ask) => {
    if (database.isTransaction) return ask()
    begin.run()
    try {
      return ask()
    } finally {
      end.run()
    }
  }
}
