import type { InstanceRemoved, ObjectRetired } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import { type Clock, type RunningConsumer, startConsumer } from '../consumer/durable-consumer.ts'
import { isPassingTrouble } from '../consumer/passing-errors.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { MediaStoreUnavailable } from '../ports/media-store.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'

type Cause = RecordedEvent<ObjectRetired | InstanceRemoved>

export type LateUploadOptions = {
  /** How long a URL for an upload can be used, at most. */
  readonly urlLifetimeSeconds: number
  readonly logger: Logger
  readonly clock?: Clock
}

/** An upload that has begun while its URL held may take its time. */
const UPLOAD_MS = 24 * 60 * 60 * 1000
const REST_MS = 1_000

/**
 * A process manager for one Storage Backend: what was uploaded to a key after its bytes were removed, by a URL
 * that still held, is removed a day after no URL holds any more. Only where storage was set aside so shortly
 * before it was given up that a URL could hold.
 */
export function removeLateUploads(
  log: EventLog,
  { id, store }: StorageBackend,
  { urlLifetimeSeconds, logger, clock }: LateUploadOptions,
): Promise<RunningConsumer> {
  const lifetimeMs = urlLifetimeSeconds * 1000
  return startConsumer(
    log,
    {
      name: `late uploads to ${id}`,
      types: ['ObjectRetired', 'InstanceRemoved'],
      delayMs: lifetimeMs + UPLOAD_MS,
      restMs: REST_MS,
      handle: async (events) => {
        const keys = await exposedKeys(log, id, lifetimeMs, events)
        if (keys.length > 0) await store.remove(keys)
      },
      isPassing: (error) => isPassingTrouble(error) || error instanceof MediaStoreUnavailable,
    },
    logger,
    clock,
  )
}

/** Keys that someone could still upload to when they were given up. */
async function exposedKeys(
  log: Pick<EventLog, 'readStreams'>,
  storage_id: string,
  lifetimeMs: number,
  events: readonly Cause[],
): Promise<readonly string[]> {
  const streams = new Set(events.map(({ data }) => streamName.object(data.object_id)))
  const firsts = await log.readStreams([...streams], 1)
  const keys = events.flatMap(({ data, timeMs }) => {
    const [first] = firsts.get(streamName.object(data.object_id)) ?? []
    if (first?.type !== 'ObjectAllocated' || first.data.storage_id !== storage_id) return []
    const wasRemoved = !('label' in data) && (!('key' in data) || data.key === first.data.key)
    return wasRemoved && first.timeMs + lifetimeMs >= timeMs ? [first.data.key] : []
  })
  return [...new Set(keys)]
}
