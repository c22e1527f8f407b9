import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { EventLog } from '../ports/event-log.ts'
import { type PurgeLoopServices, startPurgeLoop } from './purge-loop.ts'

export type PurgeService = { stop(): Promise<void> }

/**
 * A process manager: sees to it that the bytes of what is no longer wanted go, however often this process dies
 * on the way. What is to go is in the catalog, which at its start includes the whole log, so it needs no
 * checkpoint. Each Storage Backend has a loop of its own: one that is away, or missing from the configuration,
 * is waited for, and holds no other up.
 */
export function startPurgeService(services: PurgeLoopServices & { readonly log: EventLog }): PurgeService {
  const { log, commands, logger } = services
  const { catalog, storageBackends } = commands
  const unknown = new Set<string>()
  const tellOfUnknown = (): void => {
    for (const storage_id of catalog.reader.storagesWithPurges()) {
      if (storageBackends.byId.has(storage_id) || unknown.has(storage_id)) continue
      unknown.add(storage_id)
      logger.warn({ storage_id }, 'there is no such storage backend to remove media from: it is waited for')
    }
  }

  const watch = watchConsumer('purging')
  watch.reached(catalog.position())
  tellOfUnknown()
  const purgeFailed = (storage_id: string): void => {
    watch.failed()
    services.purgeFailed(storage_id)
  }
  const loops = storageBackends.all.map((backend) => startPurgeLoop({ ...services, purgeFailed }, backend))
  const stopping = new AbortController()
  const subscription = log.subscribe(
    catalog.position(),
    async (events, reached) => {
      watch.reached(reached)
      if (events.length === 0) return
      // The loops look for themselves too, should the catalog be that late.
      await catalog.reached(reached).catch(() => undefined)
      tellOfUnknown()
      for (const loop of loops) loop.wake()
    },
    { types: ['ObjectRetired', 'InstanceRemoved'] },
  )
  subscription.ended.catch((error: unknown) => {
    if (stopping.signal.aborted) return
    watch.stopped()
    logger.error({ err: error }, 'removal of media is no longer woken')
  })
  return {
    stop: async () => {
      stopping.abort()
      watch.over()
      await subscription.stop()
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
