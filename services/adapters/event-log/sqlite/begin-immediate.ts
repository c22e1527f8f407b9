import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { pause } from './pause.ts'
import { SQLITE_BUSY, sqliteCode } from './sqlite-error.ts'

const SHORTEST_PAUSE_MS = 0.2
const LONGEST_PAUSE_MS = 3

/**
 * Begins a transaction as the file's only writer. SQLite's own wait for that sleeps up to 100 ms at a time,
 * and so hardly ever meets the gaps that a busy other process leaves: this one looks more often.
 * @throws SQLite's "busy" after `waitMs` milliseconds.
 */
export function beginImmediate(db: DatabaseSyncInstance, waitMs: number): void {
  const deadline = performance.now() + waitMs
  let pauseMs = SHORTEST_PAUSE_MS
  for (;;) {
    try {
      db.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (sqliteCode(error) !== SQLITE_BUSY || performance.now() > deadline) throw error
    }
    pause(pauseMs)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
}
