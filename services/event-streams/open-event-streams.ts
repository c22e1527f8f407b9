import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { type Catalog, CatalogBehind } from '../catalog/catalog.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { followedIndex } from '../public-events/followed-index.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'
import { eventFeed } from './event-feed.ts'
import { messagesOf } from './event-message.ts'
import { type EventStreams, eventStreams } from './event-streams.ts'

export type OpenEventStreams = {
  readonly streams: EventStreams
  /** Ends all streams. */
  stop(): void
  /** Lets go of files. */
  close(): void
}

export type EventStreamOptions = {
  readonly log: EventLog
  readonly catalog: Catalog
  readonly storageBackends: StorageBackends
  /** Of public events, kept by someone else. */
  readonly indexPath: string
  /** Where clients reach the service. */
  readonly publicUrl: () => string
  readonly logger: Logger
  readonly heartbeatMs?: number
}

/** Proxies end connections that are silent for a minute, or half of one. */
const HEARTBEAT_MS = 15_000
const RETRY_MS = 2_000

export function openEventStreams(options: EventStreamOptions): OpenEventStreams {
  const { log, catalog, storageBackends, indexPath, publicUrl, logger, heartbeatMs = HEARTBEAT_MS } = options
  const index = followedIndex(indexPath, log)
  const segmentTools = () => ({ reader: catalog.reader, storageBackends, nowMs: Date.now() })
  const feed = eventFeed({
    log,
    tell: async (events: readonly RecordedEvent[], signal: AbortSignal) => {
      const told = await index.tell(events, signal)
      await catalogAt(catalog, told.at(-1)?.position ?? 0, signal)
      return told
    },
    messagesOf: (event) => messagesOf(event, { segmentTools, publicUrl }),
    atOnce: (ask) => catalog.reader.atOnce(ask),
  })
  const streams = eventStreams({
    feed,
    heartbeatMs,
    retryMs: RETRY_MS,
    onFailure: (err) => logger.error({ err }, 'streams of events were ended'),
  })
  return { streams, stop: streams.stop, close: index.close }
}

/** Readers of events have time: a catalog that is far behind is waited for. */
async function catalogAt(catalog: Catalog, position: number, signal: AbortSignal): Promise<void> {
  while (catalog.position() < position) {
    signal.throwIfAborted()
    await catalog.reached(position).catch((error: unknown) => {
      if (!(error instanceof CatalogBehind)) throw error
    })
  }
}
