import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import {
  isUnavailability,
  SQLITE_BUSY,
  SQLITE_FULL,
  sqliteCode,
} from '../../../../../../services/adapters/event-log/sqlite/sqlite-error.ts'

function thrownBy(action: () => void): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

const aFullDatabase = (): DatabaseSyncInstance => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a TEXT); PRAGMA max_page_count = 3')
  return db
}
const FILL = `INSERT INTO t VALUES (hex(zeroblob(100000))) RETURNING a`

describe('SQLite’s errors', () => {
  it('have their code, whichever call threw them', () => {
    const byExec = thrownBy(() => aFullDatabase().exec(FILL))
    const byAll = thrownBy(() => aFullDatabase().prepare(FILL).all())
    expect([sqliteCode(byExec), sqliteCode(byAll)]).toEqual([SQLITE_FULL, SQLITE_FULL])
    expect([isUnavailability(byExec), isUnavailability(byAll)]).toEqual([true, true])
  })

  it('are told apart from bugs', () => {
    const syntax = thrownBy(() => new DatabaseSync(':memory:').exec('SELEKT'))
    const missing = thrownBy(() => new DatabaseSync(':memory:').prepare('SELECT * FROM t'))
    for (const error of [syntax, missing, new TypeError('x'), 'locked', undefined]) {
      expect(isUnavailability(error)).toBe(false)
    }
    expect(isUnavailability(Object.assign(new Error('locked'), { errcode: SQLITE_BUSY + 256 }))).toBe(true)
  })
})
