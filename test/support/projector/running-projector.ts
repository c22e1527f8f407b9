import { pino } from 'pino'
import type { EventLog } from '../../../services/ports/event-log.ts'
import { catalogSnapshots } from '../../../services/projector/catalog-snapshots.ts'
import { type Projector, startProjector } from '../../../services/projector/projector.ts'
import type { ProjectorTools } from '../../../services/projector/projector-tools.ts'
import type { VastDbServer } from '../vast-db/vast-db-server.ts'
import { clientOf } from '../vast-db-client/client-of.ts'

export const PLACE = { bucket: 'vastdb', schema: 'framelog' }

const silent = pino({ level: 'silent' })

export type RunningProjector = Projector & {
  /** Waits until the tables include the log up to there, those of the views too where there are any. */
  reached(position: number): Promise<void>
}

/** A projector to a test server, impatient, so that tests need not wait. */
export function projectorOf(
  log: EventLog,
  catalogPath: string,
  server: VastDbServer,
  more: Partial<ProjectorTools> = {},
): RunningProjector {
  const catalog = catalogSnapshots(catalogPath)
  const projector = startProjector({
    log,
    catalog,
    connect: (signal) => clientOf(server, { signal }),
    place: PLACE,
    logger: silent,
    now: Date.now,
    ...more,
    limits: { waitMs: 0, pollMs: 2, viewsRestMs: 1, retryFirstMs: 1, retryMaxMs: 20, ...more.limits },
  })
  return {
    ...projector,
    reached: async (position) => {
      const isThere = () => {
        const state = projector.state()
        return (
          state.position === position && (more.viewsPath === undefined || state.viewsPosition === position)
        )
      }
      let over = false
      const failed = projector.ended.then(() => {
        if (!over) throw new Error('the projector has stopped')
      })
      const waiting = (async () => {
        while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 2))
      })()
      await Promise.race([waiting, failed]).finally(() => {
        over = true
      })
    },
    stop: async () => {
      await projector.stop()
      catalog.close()
    },
  }
}
