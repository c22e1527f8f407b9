import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { openCatalogOfOther } from '../../projections/catalog/catalog-database.ts'
import { type Catalog, CatalogBehind, openCatalog } from './catalog.ts'
import { type CatalogReader, catalogReader } from './catalog-reader.ts'
import type { FollowerOptions } from './follower-message.ts'

export type BorrowOptions = FollowerOptions & {
  /** @returns a function that unlocks; undefined where the catalog has a process that keeps it */
  readonly tryLock: () => (() => void) | undefined
  /** How long a catalog that others keep may stand still while it is waited for. Default: 30 s. */
  readonly patienceMs?: number
}

type Reading = {
  readonly database: DatabaseSyncInstance
  readonly reader: CatalogReader
  position(): number
}

const POLL_MS = 50
const PATIENCE_MS = 30_000

/**
 * The catalog of a data directory, for a command that runs beside the service, or without it. Whoever keeps
 * it is waited for; where nobody does, it is brought up to date here, and let go of at once, so that a
 * service can be started at any time.
 * @throws CatalogBehind, as `reached` does, where the process that keeps it gets nowhere
 */
export async function borrowCatalog(options: BorrowOptions): Promise<Catalog> {
  let reading = await readingWhen(options, () => true)

  return {
    get reader() {
      return reading.reader
    },
    position: () => reading.position(),
    async reached(wanted) {
      if (reading.position() >= wanted) return
      reading.database.close()
      reading = await readingWhen(options, (position) => position >= wanted)
    },
    close: async () => reading.database.close(),
  }
}

/** Tries anew each time, as the file may be made anew meanwhile. */
async function readingWhen(options: BorrowOptions, isFar: (position: number) => boolean): Promise<Reading> {
  const { patienceMs = PATIENCE_MS } = options
  let last = -1
  let lastMovedMs = Date.now()
  for (;;) {
    await bringUpToDate(options)
    const reading = openReading(options.catalogPath)
    const position = reading?.position() ?? -1
    if (reading && isFar(position)) return reading
    reading?.database.close()
    if (position > last) lastMovedMs = Date.now()
    if (Date.now() - lastMovedMs > patienceMs) {
      throw new CatalogBehind(`the process that keeps ${options.catalogPath} is stuck, or of another release`)
    }
    last = position
    await delay(POLL_MS)
  }
}

/** Nothing to do where someone keeps it. */
async function bringUpToDate({ tryLock, catalogPath, logLocation }: BorrowOptions): Promise<void> {
  const unlock = tryLock()
  if (!unlock) return
  try {
    const catalog = await openCatalog({ catalogPath, logLocation })
    await catalog.close()
  } finally {
    unlock()
  }
}

function openReading(path: string): Reading | undefined {
  const database = openCatalogOfOther(path)
  if (!database) return undefined
  return { database, reader: catalogReader(database), position: catalogPosition(database) }
}

/** How far an open catalog is at the time it is asked. */
export function catalogPosition(database: DatabaseSyncInstance): () => number {
  const position = database.prepare(`SELECT value FROM meta WHERE key = 'position'`)
  return () => (position.get() as { value: number } | undefined)?.value ?? 0
}
