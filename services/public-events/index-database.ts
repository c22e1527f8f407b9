import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import {
  createCatalogDatabase,
  dropListIndexes,
  openCatalogDatabase,
  openCatalogForReading,
} from '../../projections/catalog/catalog-database.ts'

/** Of the tables below: with another, all is built anew from the log. */
const INDEX_VERSION = 3

/** It is small, and asked of the latest. */
const CACHE_KIB = 4_000

/**
 * Beside the catalog's own tables, of which only those of Flows, Sources and deletion requests are filled here: they are as the
 * log was at the index's position.
 *
 * `told` has what cannot be had from the event itself, by its position: the event's context, and the resource
 * as it was from then on. Of segments there are too many for that: they have the context of their Flow, which
 * changes rarely. Contexts and resources are JSON.
 */
const INDEX_SCHEMA = `
CREATE TABLE IF NOT EXISTS told (position INTEGER PRIMARY KEY, context TEXT NOT NULL, resource TEXT);
CREATE TABLE IF NOT EXISTS flow_contexts (
  flow_id TEXT, position INTEGER, context TEXT NOT NULL, PRIMARY KEY (flow_id, position)
) WITHOUT ROWID;
`

/** Opens an index for its one writer; where there is none that is sound and of this version, an empty one. */
export function openIndexDatabase(path: string): DatabaseSyncInstance {
  const found = openCatalogDatabase(path)
  found.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  if (isOfThisVersion(found)) return found
  found.close()
  return createIndexDatabase(path)
}

/** Throws away what is at `path`, if anything, and makes an empty index there. */
export function createIndexDatabase(path: string): DatabaseSyncInstance {
  const database = createCatalogDatabase(path)
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`)
  dropListIndexes(database)
  database.exec(INDEX_SCHEMA)
  database.prepare(`INSERT INTO meta VALUES ('index_version', ?)`).run(INDEX_VERSION)
  return database
}

/** Opens an index beside its writer. @throws where there is none that this release can read, or not yet */
export function openIndexForReading(path: string): DatabaseSyncInstance {
  const database = openCatalogForReading(path, CACHE_KIB)
  try {
    if (isOfThisVersion(database)) return database
    throw new Error(`${path} is of another version`)
  } catch (error) {
    database.close()
    throw error
  }
}

function isOfThisVersion(database: DatabaseSyncInstance): boolean {
  const row = database.prepare(`SELECT value FROM meta WHERE key = 'index_version'`).get()
  return (row as { value: number } | undefined)?.value === INDEX_VERSION
}
