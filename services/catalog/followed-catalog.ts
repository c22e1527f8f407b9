import { setTimeout as delay } from 'node:timers/promises'
import { openCatalogForReading } from '../../projections/catalog/catalog-database.ts'
import { type CatalogReader, catalogReader } from './catalog-reader.ts'

/** A catalog that another thread or process keeps. */
export type FollowedCatalog = {
  /** The catalog, once it includes `position`: for questions that are asked at once. */
  at(position: number, signal: AbortSignal): Promise<CatalogReader>
  close(): void
}

const LOOK_EVERY_MS = 5
/** It is asked of what has just been written. */
const CACHE_KIB = 4_000
/** A catalog that stays as it is may have been made anew beside the file that is open here. */
const OPEN_AGAIN_AFTER_MS = 1_000

export function followedCatalog(path: string): FollowedCatalog {
  let open: OpenCatalog | undefined
  let known = 0
  const letGo = () => {
    open?.close()
    open = undefined
    known = 0
  }
  const readerAt = (position: number): CatalogReader | undefined => {
    try {
      open ??= openCatalog(path)
      // It never goes back.
      if (known < position) known = open.position()
      return known >= position ? open.reader : undefined
    } catch {
      // There is none now, or half of one.
      letGo()
      return undefined
    }
  }

  return {
    at: async (position, signal) => {
      for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
        const reader = readerAt(position)
        if (reader) return reader
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

type OpenCatalog = { readonly reader: CatalogReader; position(): number; close(): void }

function openCatalog(path: string): OpenCatalog {
  const database = openCatalogForReading(path, CACHE_KIB)
  try {
    const position = database.prepare(`SELECT value FROM meta WHERE key = 'position'`)
    return {
      reader: catalogReader(database),
      position: () => (position.get() as { value: number } | undefined)?.value ?? 0,
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}
