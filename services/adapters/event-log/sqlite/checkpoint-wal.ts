import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { query } from './query.ts'

/** WAL pages (4 KiB each) from which on they are moved into the database: while idle, and even under load. */
const IDLE_PAGES = 1000
const BUSY_PAGES = 4000
/** From here on other writers are kept out meanwhile: together they could keep the WAL from ever being done. */
const TOO_MANY_PAGES = 16_000

/**
 * Keeps the WAL bounded: to be called after each commit, once its callers have been answered.
 * @returns a function; `idle` says that no request is waiting for this thread.
 */
export function walCheckpointer(db: DatabaseSyncInstance): (idle: boolean) => void {
  const count = query<[busy: number, pages: number, moved: number]>(db, 'PRAGMA wal_checkpoint(NOOP)')
  return (idle) => {
    const [[, pages, moved] = [0, 0, 0]] = count()
    if (pages - moved < (idle ? IDLE_PAGES : BUSY_PAGES)) return
    db.exec(`PRAGMA wal_checkpoint(${pages < TOO_MANY_PAGES ? 'PASSIVE' : 'RESTART'})`)
  }
}
