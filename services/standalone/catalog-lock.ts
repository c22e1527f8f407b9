import { DatabaseSync } from '@photostructure/sqlite'

/**
 * A catalog has one writer. The lock is SQLite's, on a file beside the catalog: it goes with its process,
 * however that ends.
 * @returns a function that unlocks
 * @throws where another process has it
 */
export function lockCatalog(catalogPath: string): () => void {
  const database = new DatabaseSync(`${catalogPath}.lock`)
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    throw new Error(`${catalogPath} is in use by another process: give each its own DATA_DIR`, {
      cause: error,
    })
  }
  return () => database.close()
}
