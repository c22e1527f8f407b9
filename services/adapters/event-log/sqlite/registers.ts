import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Register } from '../../../ports/event-log.ts'
import { query } from './query.ts'
import { REGISTERS } from './schema.ts'
import { NO_REVISION, type WriteRegisterRequest } from './writer-messages.ts'

/** Writes within the open transaction. @returns the revision written; NO_REVISION where another was before */
export function registerWriter(db: DatabaseSyncInstance): (request: WriteRegisterRequest) => number {
  let write: ReturnType<typeof prepare> | undefined
  return ({ name, expected, value }) => {
    write ??= prepare(db)
    const revision = expected + 1
    const { changes } =
      expected === NO_REVISION
        ? write.first.run(name, value)
        : write.next.run(revision, value, name, expected)
    return Number(changes) === 1 ? revision : NO_REVISION
  }
}

function prepare(db: DatabaseSyncInstance) {
  db.exec(REGISTERS)
  return {
    first: db.prepare('INSERT INTO registers VALUES (?, 0, ?) ON CONFLICT DO NOTHING'),
    next: db.prepare('UPDATE registers SET revision = ?, value = ? WHERE name = ? AND revision = ?'),
  }
}

/** Reads a file that may be older than registers are: then there are none. */
export function registerReader(db: DatabaseSyncInstance): (name: string) => Register | undefined {
  const table = query(db, `SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'registers'`)
  let read: ReturnType<typeof query<[revision: number, value: string]>> | undefined
  return (name) => {
    if (!read && table().length === 0) return undefined
    read ??= query(db, 'SELECT revision, value FROM registers WHERE name = ?')
    const [row] = read(name)
    return row && { revision: row[0], value: JSON.parse(row[1]) }
  }
}
