import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { logPath } from '../config/log-place.ts'

/** The files of a data directory that the API's process opens. */
export type DataPaths = {
  readonly log: string
  readonly catalog: string
  /** What was so at each event, for streams of events. */
  readonly index: string
  /** The same, for Kafka. */
  readonly relayIndex: string
  /** Analytics. */
  readonly views: string
}

export const dataPaths = ({ DATA_DIR, LOG_DIR, WEBHOOKS_ENABLED }: Config): DataPaths => ({
  log: logPath({ DATA_DIR, LOG_DIR }),
  catalog: join(DATA_DIR, 'catalog.db'),
  // Whoever tells webhooks keeps an index; where that is not this process, it has one of its own.
  index: join(DATA_DIR, WEBHOOKS_ENABLED ? 'public-events.db' : 'event-stream.db'),
  relayIndex: join(DATA_DIR, 'kafka-relay.db'),
  views: join(DATA_DIR, 'analytics.db'),
})
