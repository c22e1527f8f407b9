import { join } from 'node:path'
import type { Config } from '../config/config.ts'

/** The files of a data directory that the API's process opens. */
export type DataPaths = {
  readonly log: string
  readonly catalog: string
  /** What was so at each event, for streams of events. */
  readonly index: string
  /** Analytics. */
  readonly views: string
}

export const dataPaths = ({ DATA_DIR, WEBHOOKS_ENABLED }: Config): DataPaths => ({
  log: join(DATA_DIR, 'events.db'),
  catalog: join(DATA_DIR, 'catalog.db'),
  // Whoever tells webhooks keeps an index; where that is not this process, it has one of its own.
  index: join(DATA_DIR, WEBHOOKS_ENABLED ? 'public-events.db' : 'event-stream.db'),
  views: join(DATA_DIR, 'analytics.db'),
})
