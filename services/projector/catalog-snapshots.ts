import { setTimeout as delay } from 'node:timers/promises'
import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { openCatalogOfOther } from '../../projections/catalog/catalog-database.ts'
import { type CatalogReader, catalogReader } from '../catalog/catalog-reader.ts'

/** The catalog as it is at one position of the log. */
export type CatalogSnapshot = {
  readonly position: number
  /** The id of the event there; null at the beginning. */
  readonly eventId: string | null
  readonly database: DatabaseSyncInstance
  readonly reader: CatalogReader
}

/** A catalog that another thread or process keeps. */
export type CatalogSnapshots = {
  /**
   * Has `work` read the catalog of one moment, once it includes `position`. One at a time.
   * @throws what aborted the signal
   */
  at<T>(position: number, signal: AbortSignal, work: (snapshot: CatalogSnapshot) => Promise<T>): Promise<T>
  close(): void
}

const LOOK_EVERY_MS = 5
/** A catalog that stays as it is may have been made anew beside the file that is open here. */
const OPEN_AGAIN_AFTER_MS = 1_000

type Open = {
  readonly database: DatabaseSyncInstance
  readonly reader: CatalogReader
  meta(key: string): unknown
}

export function catalogSnapshots(path: string): CatalogSnapshots {
  let open: Open | undefined
  const letGo = () => {
    open?.database.close()
    open = undefined
  }
  const begin = (position: number): CatalogSnapshot | undefined => {
    try {
      open ??= openCatalog(path)
      if (!open) return undefined
      open.database.exec('BEGIN')
      const reached = Number(open.meta('position') ?? 0)
      const { database, reader } = open
      if (reached >= position)
        return { position: reached, eventId: (open.meta('event') as string) ?? null, database, reader }
      database.exec('ROLLBACK')
    } catch {
      // There is none now, or half of one.
      letGo()
    }
    return undefined
  }

  return {
    at: async (position, signal, work) => {
      for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
        signal.throwIfAborted()
        const snapshot = begin(position)
        if (snapshot) {
          try {
            return await work(snapshot)
          } finally {
            if (snapshot.database.isTransaction) snapshot.database.exec('ROLLBACK')
          }
        }
        if (waitedMs >= OPEN_AGAIN_AFTER_MS) {
          letGo()
          waitedMs = 0
        }
        await delay(LOOK_EVERY_MS, undefined, { signal })
      }
    },
    close: letGo,
  }
}

function openCatalog(path: string): Open | undefined {
  const database = openCatalogOfOther(path)
  if (!database) return undefined
  const value = database.prepare('SELECT value FROM meta WHERE key = ?')
  return {
    database,
    reader: catalogReader(database),
    meta: (key) => (value.get(key) as { value: unknown } | undefined)?.value,
  }
}
