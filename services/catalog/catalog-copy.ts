import { copyFile, rm, stat } from 'node:fs/promises'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { openCatalogOfOther } from '../../projections/catalog/catalog-database.ts'
import { putInPlace, unfinished } from '../backup/durable-files.ts'
import type { EventLog } from '../ports/event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'

/** What a copy of a catalog includes. */
export type CatalogCopy = {
  readonly position: number
  /** The id of the event at that position; null for an empty log. */
  readonly event: string | null
  readonly bytes: number
}

/** A copy that is not made, or not taken. The message says why. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused'
}

/** Beside a database in write-ahead mode. */
const SUFFIXES = ['', '-wal', '-shm']

/**
 * Copies a catalog as it is at one moment, while its writer goes on.
 * @throws CopyRefused where there is none that this release can read
 */
export async function exportCatalog(catalogPath: string, to: string): Promise<CatalogCopy> {
  const database = openCatalogOfOther(catalogPath)
  if (!database) throw new CopyRefused(`there is no catalog at ${catalogPath}, or it is of another release`)
  try {
    await rm(unfinished(to), { force: true })
    database.prepare('VACUUM INTO ?').run(unfinished(to))
  } finally {
    database.close()
  }
  const copy = await withCopy(unfinished(to), async (opened) => describe(opened))
  await putInPlace(unfinished(to), to)
  return { ...copy, bytes: (await stat(to)).size }
}

/**
 * Puts a copy in the place of a catalog that nobody keeps. Whatever was there can be had from the log again.
 * @throws CopyRefused where it is damaged, of another release, or not of this log; nothing has changed then
 */
export async function importCatalog(
  from: string,
  catalogPath: string,
  log: Pick<EventLog, 'readAll'>,
): Promise<CatalogCopy> {
  const copied = unfinished(catalogPath)
  try {
    await removeDatabase(copied)
    await copyFile(from, copied)
    const copy = await withCopy(copied, async (opened) => {
      requireSound(opened, from)
      const described = describe(opened)
      if (!(await isOfLog(log, described.position, described.event))) {
        throw new CopyRefused(
          `${from} includes what this log does not have at position ${described.position}`,
        )
      }
      return described
    })
    // A write-ahead log of the catalog before is none of this one's.
    await removeDatabase(catalogPath)
    await putInPlace(copied, catalogPath)
    return { ...copy, bytes: (await stat(catalogPath)).size }
  } finally {
    await removeDatabase(copied)
  }
}

async function withCopy<T>(path: string, use: (database: DatabaseSyncInstance) => Promise<T>): Promise<T> {
  const database = openCatalogOfOther(path)
  if (!database) throw new CopyRefused('the copy is no catalog, or one of another release')
  try {
    return await use(database)
  } finally {
    database.close()
  }
}

function describe(database: DatabaseSyncInstance): Omit<CatalogCopy, 'bytes'> {
  const meta = database.prepare('SELECT value FROM meta WHERE key = ?')
  const read = (key: string): unknown => (meta.get(key) as { value: unknown } | undefined)?.value
  return { position: Number(read('position') ?? 0), event: (read('event') as string | undefined) ?? null }
}

function requireSound(database: DatabaseSyncInstance, from: string): void {
  const { quick_check } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (quick_check !== 'ok') throw new CopyRefused(`${from} is damaged: ${quick_check}`)
}

const removeDatabase = async (path: string): Promise<void> => {
  await Promise.all(SUFFIXES.map((suffix) => rm(path + suffix, { force: true })))
}
