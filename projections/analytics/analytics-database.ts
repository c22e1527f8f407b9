import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { ANALYTICS_SCHEMA, ANALYTICS_VERSION } from './schema.ts'

/** Opens the views for their one writer: empty where there are none that are sound and of this version. */
export function openAnalyticsDatabase(path: string): DatabaseSyncInstance {
  mkdirSync(dirname(path), { recursive: true })
  return openOfThisVersion(path, openForWriting) ?? createAnalyticsDatabase(path)
}

/** Throws away what is at `path`, if anything, and makes empty views there. */
export function createAnalyticsDatabase(path: string): DatabaseSyncInstance {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  const database = openForWriting(path)
  database.exec('BEGIN IMMEDIATE')
  database.exec(ANALYTICS_SCHEMA)
  database.prepare(`INSERT INTO meta VALUES ('version', ?)`).run(ANALYTICS_VERSION)
  database.exec('COMMIT')
  return database
}

/** Opens the views beside their writer. @returns undefined where there are none, or not yet */
export const openAnalyticsForReading = (path: string): DatabaseSyncInstance | undefined =>
  openOfThisVersion(path, () => {
    const database = new DatabaseSync(path, { readOnly: true })
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA cache_size = -8000')
    return database
  })

function openForWriting(path: string): DatabaseSyncInstance {
  const database = new DatabaseSync(path)
  // As the catalog, views need not survive a power cut, only not lie after one.
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`)
  return database
}

function openOfThisVersion(
  path: string,
  open: (path: string) => DatabaseSyncInstance,
): DatabaseSyncInstance | undefined {
  let database: DatabaseSyncInstance | undefined
  try {
    database = open(path)
    const row = database.prepare(`SELECT value FROM meta WHERE key = 'version'`).get()
    if ((row as { value: unknown } | undefined)?.value === ANALYTICS_VERSION) return database
  } catch {
    // It is not there, just being made, or damaged.
  }
  database?.close()
  return undefined
}
