import { setTimeout as delay } from 'node:timers/promises'
import type { PurgeRow } from '../catalog/purge-queries.ts'
import type { Logger } from '../observability/logger.ts'
import { growingWaitMs } from '../process/growing-wait.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { type PurgeServices, purgePage } from './purge-page.ts'

export type PurgeLoopServices = PurgeServices & {
  readonly logger: Logger
  readonly purged: (storage_id: string, count: number) => void
  readonly purgeFailed: (storage_id: string) => void
}

export type PurgeLoop = {
  /** There may be more to do. */
  wake(): void
  stop(): Promise<void>
}

/** What S3 removes in one request. */
const ROWS_PER_PAGE = 1000
const RETRY = { firstMs: 500, maxMs: 30_000 }
/** It is woken where there is something to do; should that ever fail, it looks for itself. */
const LOOK_EVERY_MS = 30_000

/**
 * Sees to it that what is to go from one Storage Backend goes, for as long as it takes: what the catalog has is
 * tried again and again, longer and longer apart, and what cannot go does not keep the rest from going.
 */
export function startPurgeLoop(services: PurgeLoopServices, backend: StorageBackend): PurgeLoop {
  const { logger, commands, purged, purgeFailed } = services
  const stopping = new AbortController()
  const { signal } = stopping
  let resting = new AbortController()

  /** Everything once. */
  async function round(): Promise<void> {
    let failure: Error | undefined
    let after: PurgeRow | undefined
    while (!signal.aborted) {
      const rows = commands.catalog.reader.purges(backend.id, after, ROWS_PER_PAGE)
      after = rows.at(-1)
      if (!after) break
      const page = await purgePage(services, backend, rows)
      purged(backend.id, page.purged)
      failure = page.failure ?? failure
    }
    if (failure) throw failure
  }

  async function run(): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      // Woken while it is at work, it does not rest.
      resting = new AbortController()
      try {
        await round()
        failures = 0
        await pause(LOOK_EVERY_MS, resting.signal)
      } catch (error) {
        failures++
        purgeFailed(backend.id)
        logger.warn({ err: error, storage_id: backend.id, failures }, 'media could not be removed yet')
        await pause(growingWaitMs(RETRY, failures, 0), signal)
      }
    }
  }

  const running = run()
  return {
    wake: () => resting.abort(),
    stop: () => {
      stopping.abort()
      resting.abort()
      return running
    },
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal, ref: false }).catch(() => undefined)
