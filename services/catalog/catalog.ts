import { openCatalogForReading } from '../../projections/catalog/catalog-database.ts'
import { startThread } from '../process/start-thread.ts'
import { YOUNG_GENERATION } from '../process/young-generation.ts'
import { type CatalogReader, catalogReader } from './catalog-reader.ts'
import type { FollowerMessage, FollowerOptions } from './follower-message.ts'
import { positionWaiters } from './position-waiters.ts'

export { CatalogBehind } from './position-waiters.ts'

/** The read model of this process, and how far it has come. */
export type Catalog = {
  /** To be asked for anew by each request: a catalog that had to be rebuilt has another. */
  readonly reader: CatalogReader
  /** The position up to which it includes the log. */
  position(): number
  /**
   * Settles once the catalog includes `position`.
   * @throws CatalogBehind where it does not get there in time.
   */
  reached(position: number): Promise<void>
  close(): Promise<void>
}

export type CatalogEvents = {
  onProgress?(position: number, head: number): void
  onRebuilt?(position: number): void
  onFailure?(error: Error): void
}

const RESTART_AFTER_MS = 1000

/** @returns once the catalog includes all that was in the log. */
export async function openCatalog(options: FollowerOptions, events: CatalogEvents = {}): Promise<Catalog> {
  const waiters = positionWaiters()
  let follower: Follower
  let reading: Reading | undefined
  let restart: NodeJS.Timeout | undefined

  /** The follower may have made the file anew: what was open until now would never change again. */
  const onCaughtUp = (position: number, rebuilt: boolean) => {
    reading?.close()
    reading = openReading(options.catalogPath)
    waiters.reach(position)
    if (rebuilt) events.onRebuilt?.(position)
  }

  await new Promise<void>((resolve) => {
    const start = () => {
      follower = startFollower(options, {
        onMessage: (message) => {
          if (message.type === 'progress') return events.onProgress?.(message.position, message.head)
          if (message.type === 'reached') return waiters.reach(message.position)
          onCaughtUp(message.position, message.rebuilt)
          resolve()
        },
        onFailure: (error) => {
          events.onFailure?.(error)
          restart = setTimeout(start, RESTART_AFTER_MS)
        },
      })
    }
    start()
  })

  return {
    get reader() {
      return reading!.reader
    },
    position: waiters.position,
    reached: waiters.reached,
    close: async () => {
      clearTimeout(restart)
      waiters.close()
      await follower.stop()
      clearTimeout(restart)
      reading?.close()
    },
  }
}

const STOP = 'stop'

type Follower = { stop(): Promise<void> }

type FollowerEvents = { onMessage(message: FollowerMessage): void; onFailure(error: Error): void }

function startFollower(options: FollowerOptions, { onMessage, onFailure }: FollowerEvents): Follower {
  const worker = startThread(
    new URL('./catalog-follower.js', import.meta.url),
    { workerData: options, resourceLimits: YOUNG_GENERATION },
    STOP,
  )
  worker.on('message', onMessage)
  worker.once('error', onFailure)
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  return {
    stop: () => {
      worker.postMessage(STOP)
      return exited
    },
  }
}

type Reading = { readonly reader: CatalogReader; close(): void }

function openReading(path: string): Reading {
  const database = openCatalogForReading(path)
  return { reader: catalogReader(database), close: () => database.close() }
}
