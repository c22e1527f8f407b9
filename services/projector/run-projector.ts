import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Config } from '../config/config.ts'
import type { VastConfig } from '../config/vast-variables.ts'
import type { Logger } from '../observability/logger.ts'
import { lockFile } from '../process/file-lock.ts'
import { openLog } from '../process/open-log.ts'
import { catalogSnapshots } from './catalog-snapshots.ts'
import { type ProjectorState, startProjector } from './projector.ts'
import { type ProjectorMetrics, projectorMetrics } from './projector-metrics.ts'
import { connectTo, placeOf } from './vast-connection.ts'

export type RunningProjector = {
  /** Rejects where it cannot go on. */
  readonly ended: Promise<void>
  readonly metrics: ProjectorMetrics
  state(): ProjectorState
  /** What is not committed by then is done again. */
  stop(): Promise<void>
}

/** A server that does not answer is not waited for: what it was asked comes to nothing. */
const STOP_GRACE_MS = 3_000

/** Of one request: what takes longer is told, and begun anew. */
const RETRIES = { tries: 5, totalMs: 15_000 }

/** Where there are to be no analytics, there are no tables of them. */
export const viewsPathOf = ({ ANALYTICS_ENABLED, DATA_DIR }: Config): string | undefined =>
  ANALYTICS_ENABLED ? join(DATA_DIR, 'analytics.db') : undefined

export const lockedByProjector = (dataDir: string): string => join(dataDir, 'vast-projector')

/**
 * Keeps the tables in VAST DB in step with the log, from the log, the catalog and the views in the data directory, which
 * someone else keeps. @throws where another process does the same
 */
export function runProjector(config: Config, vast: VastConfig, logger: Logger): RunningProjector {
  const unlock = lockFile(lockedByProjector(config.DATA_DIR))
  const log = openLog(config)
  const catalog = catalogSnapshots(join(config.DATA_DIR, 'catalog.db'))
  const metrics = projectorMetrics(
    () => projector.state(),
    () => log.head(),
  )
  const { onRows, onBatch, onError } = metrics
  const projector = startProjector({
    log,
    catalog,
    connect: (signal) => connectTo(vast, { retries: RETRIES, signal }),
    viewsPath: viewsPathOf(config),
    place: placeOf(vast),
    logger,
    now: Date.now,
    onRows,
    onBatch,
    onError,
  })
  return {
    ended: projector.ended,
    metrics,
    state: projector.state,
    stop: async () => {
      await Promise.race([projector.stop(), delay(STOP_GRACE_MS, undefined, { ref: false })])
      catalog.close()
      await log.close()
      unlock()
    },
  }
}
