import { DatabaseSync } from '@photostructure/sqlite'

/** SQLITE_BUSY (https://sqlite.org/rescode.html). */
const BUSY = 5
/** A service waits so long for a command that brings the catalog up to date (borrowed-catalog.ts). */
const PATIENCE_MS = 3000

/**
 * A catalog has one writer, and so has what webhooks were told. The lock is SQLite's, on a file beside the one it
 * is for: it goes with its process, however that ends.
 * @returns a function that unlocks; undefined where another process has it
 */
export function tryLockFile(path: string, patienceMs = 0): (() => void) | undefined {
  const database = new DatabaseSync(`${path}.lock`)
  try {
    database.exec(`PRAGMA busy_timeout = ${patienceMs}`)
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === BUSY) return undefined
    throw error
  }
  return () => database.close()
}

/** @throws where another process has it */
export function lockFile(path: string): () => void {
  const unlock = tryLockFile(path, PATIENCE_MS)
  if (unlock) return unlock
  throw new Error(`${path} is in use by another process: give each its own DATA_DIR`)
}
