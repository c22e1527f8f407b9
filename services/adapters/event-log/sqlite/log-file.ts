import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { pause } from './pause.ts'
import { query } from './query.ts'
import { APPLICATION_ID, MIRROR_APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.ts'
import { SQLITE_BUSY, sqliteCode } from './sqlite-error.ts'

/** How long to wait, in milliseconds, for another process that is creating or recovering the file. */
const OPEN_WAIT_MS = 5000
const READER_CACHE_KIB = 4096

export type LogFile = {
  /** Absolute, without symbolic links: the same for everyone who has this file open. */
  readonly path: string
  /** Read-only. */
  readonly db: DatabaseSyncInstance
}

/** `mirror`: of a log that is kept elsewhere. */
export type LogFileKind = 'log' | 'mirror'

/** @returns undefined where there is none, or nothing in it yet. @throws where it cannot be read */
export function kindOfLogFile(path: string): LogFileKind | undefined {
  if (!existsSync(path)) return undefined
  const db = openForReading(path)
  try {
    const id = applicationId(path, db)
    return id === APPLICATION_ID ? 'log' : id === MIRROR_APPLICATION_ID ? 'mirror' : undefined
  } finally {
    db.close()
  }
}

/**
 * Opens a log, or the mirror of one, for reading; creates it, and its directory, where there is none.
 * @param schema what is created
 * @throws naming the path, where it holds something else, a newer log, or a damaged one.
 */
export function openLogFile(path: string, schema = SCHEMA): LogFile {
  mkdirSync(dirname(path), { recursive: true })
  if (!existsSync(path)) createLog(path, schema)
  const db = openForReading(path)
  try {
    if (isBlank(path, db)) createLog(path, schema)
    verify(path, db)
    db.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}`)
  } catch (error) {
    db.close()
    throw error
  }
  return { path: realpathSync(path), db }
}

function openForReading(path: string): DatabaseSyncInstance {
  try {
    return new DatabaseSync(path, { readOnly: true, timeout: OPEN_WAIT_MS })
  } catch (error) {
    throw new Error(`${path} cannot be opened as an event log`, { cause: error })
  }
}

/** An empty file, or one whose creator was stopped before it was done. */
const isBlank = (path: string, db: DatabaseSyncInstance): boolean =>
  applicationId(path, db) === 0 && query(db, 'SELECT 1 FROM sqlite_schema LIMIT 1')().length === 0

/** Several may try at once: the schema says the same however often it is run. */
function createLog(path: string, schema: string): void {
  try {
    const db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS })
    try {
      turnOnWriteAheadLog(db)
      db.exec(`BEGIN IMMEDIATE; ${schema}; COMMIT`)
    } finally {
      db.close()
    }
  } catch (error) {
    throw new Error(`${path} cannot be made an event log`, { cause: error })
  }
}

/** SQLite does not wait for locks by itself when it changes the journal mode. */
function turnOnWriteAheadLog(db: DatabaseSyncInstance): void {
  const deadline = Date.now() + OPEN_WAIT_MS
  for (;;) {
    try {
      db.exec('PRAGMA journal_mode = WAL')
      return
    } catch (error) {
      if (sqliteCode(error) !== SQLITE_BUSY || Date.now() > deadline) throw error
      pause(5)
    }
  }
}

function verify(path: string, db: DatabaseSyncInstance): void {
  const id = applicationId(path, db)
  if (id !== APPLICATION_ID && id !== MIRROR_APPLICATION_ID) {
    throw new Error(`${path} is a database of something else, not an event log`)
  }
  const [[version] = [0]] = query<[number]>(db, 'PRAGMA user_version')()
  if (version > SCHEMA_VERSION) {
    throw new Error(
      `${path} is an event log of version ${version}; this release knows up to ${SCHEMA_VERSION}`,
    )
  }
  const [[commits, events] = [0, 0]] = query<[number | null, number | null]>(
    db,
    `SELECT (SELECT first_position + event_count - 1 FROM commits ORDER BY first_position DESC LIMIT 1),
            (SELECT max(position) FROM events)`,
  )()
  if (commits !== events) {
    throw new Error(`${path} is damaged: its commits end at position ${commits}, its events at ${events}`)
  }
}

function applicationId(path: string, db: DatabaseSyncInstance): number {
  try {
    const [[id] = [0]] = query<[number]>(db, 'PRAGMA application_id')()
    return id
  } catch (error) {
    throw new Error(`${path} is not an event log, or is damaged`, { cause: error })
  }
}
