import { pathToFileURL } from 'node:url'
import { DatabaseSync } from '@photostructure/sqlite'
import { query } from './query.ts'
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts'

/**
 * Reads all of a log's file that nobody has open, and leaves nothing beside it.
 * @returns what is wrong with it; undefined where it is sound and ends at this position
 */
export function faultOfLogFile(path: string, position: number): string | undefined {
  try {
    // Immutable: SQLite neither looks for locks nor makes files for them.
    const db = new DatabaseSync(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true })
    try {
      return faultOf(
        (sql) => query<(string | number | null)[]>(db, sql)().map(([value]) => value ?? 0),
        position,
      )
    } finally {
      db.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function faultOf(read: (sql: string) => readonly (string | number)[], position: number): string | undefined {
  if (read('PRAGMA application_id')[0] !== APPLICATION_ID) return 'it is no event log'
  const version = Number(read('PRAGMA user_version')[0])
  if (version > SCHEMA_VERSION)
    return `it is an event log of version ${version}; this release knows up to ${SCHEMA_VERSION}`
  const [fault] = read('PRAGMA integrity_check(1)')
  if (fault !== 'ok') return `it is damaged: ${fault}`
  const numbers = [
    read('SELECT count(*) FROM events')[0],
    read('SELECT max(position) FROM events')[0],
    read('SELECT sum(event_count) FROM commits')[0],
  ]
  if (numbers.every((number) => number === position)) return undefined
  return `it does not have the events up to position ${position}`
}
