import { pathToFileURL } from 'node:url'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { query } from './query.ts'
import { MIRROR_APPLICATION_ID } from './schema.ts'

const WRITER_CACHE_KIB = 16_384
/** What is left of the WAL file, in bytes, once its contents are in the database. */
const WAL_SIZE_LIMIT = 64 * 1024 * 1024

/**
 * Opens the log for writing. It must exist: a log whose file is gone must not quietly start anew.
 *
 * A commit waits until it is on disk (`synchronous`). Moving committed pages into the database is left to
 * `checkpointer`, so that no caller waits for it, and waiting for other writers to `beginImmediate`.
 */
export function openForWriting(path: string): DatabaseSyncInstance {
  const url = pathToFileURL(path)
  url.searchParams.set('mode', 'rw')
  const db = new DatabaseSync(url.href, { timeout: 0 })
  try {
    const [[id] = [0]] = query<[number]>(db, 'PRAGMA application_id')()
    if (id === MIRROR_APPLICATION_ID) throw new Error(`${path} is the mirror of a log that is kept elsewhere`)
    db.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA journal_size_limit = ${WAL_SIZE_LIMIT};
      PRAGMA cache_size = -${WRITER_CACHE_KIB};
    `)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** @returns a function that tells whether another connection has changed the file since it was last called. */
export function foreignChanges(db: DatabaseSyncInstance): () => boolean {
  const dataVersion = query<[number]>(db, 'PRAGMA data_version')
  let seen: number | undefined
  return () => {
    const [[version] = [0]] = dataVersion()
    const changed = version !== seen
    seen = version
    return changed
  }
}
