import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { CATALOG_SCHEMA, CATALOG_VERSION, LIST_INDEXES } from './schema.ts'

/**
 * Opens a catalog for its one writer; makes an empty one where there is none, or where what is there is
 * damaged or of another version: everything in it can be had from the log again.
 */
export function openCatalogDatabase(path: string): DatabaseSyncInstance {
  mkdirSync(dirname(path), { recursive: true })
  return openSound(path) ?? createCatalogDatabase(path)
}

/** Throws away what is at `path`, if anything, and makes an empty catalog there. */
export function createCatalogDatabase(path: string): DatabaseSyncInstance {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
  const database = openForWriting(path)
  database.exec('BEGIN IMMEDIATE')
  database.exec(CATALOG_SCHEMA)
  database.exec(LIST_INDEXES)
  database.prepare(`INSERT INTO meta VALUES ('version', ?)`).run(CATALOG_VERSION)
  database.exec('COMMIT')
  return database
}

/** An empty catalog, for no lists, that is never on a disk and gone when it is closed. */
export function createCatalogInMemory(): DatabaseSyncInstance {
  const database = new DatabaseSync(':memory:')
  database.exec(CATALOG_SCHEMA)
  return database
}

/**
 * Takes away what only readers of lists need. Entries that come in the order of the log go all over these
 * indexes: to sort them once, at the end of a rebuild, is several times faster.
 */
export function dropListIndexes(database: DatabaseSyncInstance): void {
  for (const [, name] of LIST_INDEXES.matchAll(/EXISTS (\w+)/g)) database.exec(`DROP INDEX IF EXISTS ${name}`)
}

/** Makes those that are not there: a rebuild may have been stopped half way. */
export const createListIndexes = (database: DatabaseSyncInstance): void => database.exec(LIST_INDEXES)

const READER_CACHE_KIB = 16_000

/**
 * Opens a catalog for reading, beside its writer.
 * @param cacheKib of its pages, in memory: what is asked for the latest only needs little
 */
export function openCatalogForReading(path: string, cacheKib = READER_CACHE_KIB): DatabaseSyncInstance {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec(`PRAGMA busy_timeout = 5000; PRAGMA cache_size = -${cacheKib}`)
  return database
}

/**
 * Opens a catalog that another process may keep, as above.
 * @returns undefined where there is none that this release can read, or not yet
 */
export function openCatalogOfOther(path: string): DatabaseSyncInstance | undefined {
  let database: DatabaseSyncInstance | undefined
  try {
    database = openCatalogForReading(path)
    if (versionOf(database) === CATALOG_VERSION) return database
  } catch {
    // It is not there, or just being made.
  }
  database?.close()
  return undefined
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const DAMAGE = [11, 26]

/** Whether an error says that the file is not what SQLite wrote. */
export const isDamaged = (error: unknown): boolean =>
  error instanceof Error &&
  'errcode' in error &&
  typeof error.errcode === 'number' &&
  DAMAGE.includes(error.errcode & 0xff)

function openForWriting(path: string): DatabaseSyncInstance {
  const database = new DatabaseSync(path)
  // The catalog need not survive a power cut, only not lie after one: NORMAL keeps it whole without a sync
  // for every batch.
  database.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;
    PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864`)
  return database
}

function openSound(path: string): DatabaseSyncInstance | undefined {
  let database: DatabaseSyncInstance | undefined
  try {
    database = openForWriting(path)
    if (versionOf(database) === CATALOG_VERSION) return database
  } catch {
    // Not a catalog, or not one any more.
  }
  database?.close()
  return undefined
}

function versionOf(database: DatabaseSyncInstance): unknown {
  const row = database.prepare(`SELECT value FROM meta WHERE key = 'version'`).get()
  return (row as { value: unknown } | undefined)?.value
}
