import { setImmediate as othersFirst } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { OpenCopyRow } from '../catalog/copy-queries.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { growingWaitMs } from '../process/growing-wait.ts'
import type { StorageBackend } from '../storage/storage-backends.ts'
import { attemptCopy, type CopyJob, giveUpCopy, removeBytes } from './copy-attempt.ts'
import { type CopyFault, faultOf, isPassing, PlaceAway } from './copy-errors.ts'
import type { UrlFetching } from './copy-from-url.ts'
import { type CopyQueue, type CopyTurn, copyQueue } from './copy-queue.ts'
import { type CopyOrigins, copyOrigins } from './copy-sources.ts'
import { doorbell } from './doorbell.ts'
import type { KeysInUse } from './keys-in-use.ts'
import { placesAway } from './places-away.ts'

export type CopyingOptions = {
  readonly log: EventLog
  readonly commands: CommandServices
  readonly fetching: UrlFetching
  /** Held while bytes may be on their way to them. */
  readonly keys: KeysInUse
  readonly logger: Logger
  readonly copied: (bytes: number) => void
  readonly copyFailed: (fault: CopyFault) => void
  /** Before the second attempt; each further one waits twice as long. Default: half a second. */
  readonly retryMs?: number
}

export type Copying = { stop(): Promise<void> }

/** To one Storage Backend. */
const AT_ONCE = 4
/** What does not pass is met this often before a copy is given up. */
const MAX_FAILURES = 5
const RETRY_MS = 500
const MAX_RETRY_MS = 60_000

/** Under way: what ends it, should it no longer be wanted. */
type Underway = { readonly object_id: string; readonly cancel: AbortController }

/**
 * A process manager: makes the copies that were asked for. It has no checkpoint, for the catalog tells which
 * are open; from the log it hears of new ones, and of those that are no longer wanted. Each Storage Backend
 * has its own workers, so that one that is slow or down does not hold up the others.
 */
export function startCopying(options: CopyingOptions): Copying {
  const { log, commands, logger, retryMs = RETRY_MS } = options
  const { catalog, storageBackends } = commands
  const backOff = (failures: number) => growingWaitMs({ firstMs: retryMs, maxMs: MAX_RETRY_MS }, failures, 0)
  const services = { ...options, places: placesAway(backOff) }
  const stopping = new AbortController()
  const underway = new Map<string, Underway>()
  const bell = doorbell()
  const watch = watchConsumer('copying')
  watch.reached(catalog.position())

  async function work(target: StorageBackend, queue: CopyQueue): Promise<void> {
    while (!stopping.signal.aborted) {
      await workOnce(target, queue).catch(async (err: unknown) => {
        logger.error({ err, storage_id: target.id }, 'copies cannot be made now')
        await bell.wait(MAX_RETRY_MS)
      })
    }
  }

  async function workOnce(target: StorageBackend, queue: CopyQueue): Promise<void> {
    const now = Date.now()
    const restMs = services.places.restOf(target.id, now)
    const next = restMs > 0 ? { inMs: restMs } : queue.next(now)
    if ('inMs' in next) return bell.wait(next.inMs)
    try {
      await takeTurn(target, queue, next)
    } catch (error) {
      queue.later(next.copy, next.failures, now + MAX_RETRY_MS)
      throw error
    }
  }

  async function takeTurn(target: StorageBackend, queue: CopyQueue, turn: CopyTurn): Promise<void> {
    const { copy, failures } = turn
    const origins = copyOrigins(catalog.reader, storageBackends, copy)
    if (!origins) return queue.over(copy)
    const restMs = restOfAll(origins)
    if (restMs > 0) {
      queue.later(copy, failures, Date.now() + restMs)
      return othersFirst()
    }
    const letGo = options.keys.hold(copy.key)
    const cancel = new AbortController()
    underway.set(copy.key, { object_id: copy.object_id, cancel })
    const job = { copy, target, signal: cancel.signal }
    try {
      await copyOnce(job, origins)
      queue.over(copy)
    } catch (error) {
      // What the end of the process cuts off begins anew at the next start.
      if (stopping.signal.aborted) return
      if (!cancel.signal.aborted) return await onFailure(job, queue, turn, error)
      queue.over(copy)
      await removeBytes(job).catch((err: unknown) => logger.warn({ err, ...told(copy) }, LEFT))
    } finally {
      underway.delete(copy.key)
      letGo()
    }
  }

  /** Until one of the sources may be tried; 0: one may be, or there is none. */
  function restOfAll({ sources }: CopyOrigins): number {
    const rests = sources.map(({ place }) => services.places.restOf(place, Date.now()))
    return rests.length === 0 ? 0 : Math.min(...rests)
  }

  async function copyOnce(job: CopyJob, origins: CopyOrigins): Promise<void> {
    const media = await attemptCopy(services, job, origins)
    if (!media) return
    options.copied(media.sizeBytes)
    logger.debug({ ...told(job.copy), bytes: media.sizeBytes }, 'an object was copied')
  }

  async function onFailure(job: CopyJob, queue: CopyQueue, turn: CopyTurn, err: unknown): Promise<void> {
    const { copy } = turn
    watch.failed()
    if (err instanceof PlaceAway) services.places.failed(err.place, Date.now())
    const passes = isPassing(err)
    const { passing, lasting } = turn.failures
    const failures = passes ? { passing: passing + 1, lasting } : { passing, lasting: lasting + 1 }
    logger.warn({ err, ...told(copy), failures }, 'an object could not be copied yet')
    const dueMs = Date.now() + backOff(passes ? failures.passing : failures.lasting)
    if (passes || failures.lasting < MAX_FAILURES) return queue.later(copy, failures, dueMs)
    try {
      if (await giveUpCopy(services, job, faultOf(err))) {
        options.copyFailed(faultOf(err))
        logger.error({ err, ...told(copy) }, 'a copy was given up')
      }
      queue.over(copy)
    } catch (error) {
      logger.warn({ err: error, ...told(copy) }, 'a copy could not be given up yet')
      queue.later(copy, { passing: passing + 1, lasting }, dueMs)
    }
  }

  function cancel(event: RecordedEvent): void {
    if (event.type === 'InstanceRemoved' && 'key' in event.data) underway.get(event.data.key)?.cancel.abort()
    if (event.type !== 'ObjectRetired') return
    const { object_id } = event.data
    for (const one of underway.values()) if (one.object_id === object_id) one.cancel.abort()
  }

  const subscription = log.subscribe(
    catalog.position(),
    async (events, reached) => {
      watch.reached(reached)
      events.forEach(cancel)
      const asked = events.findLast(({ type }) => type === 'InstanceRequested')
      if (!asked) return
      // Should it take too long, the workers find it when they look again.
      await catalog.reached(asked.position).catch(() => undefined)
      bell.ring()
    },
    { types: ['InstanceRequested', 'InstanceRemoved', 'ObjectRetired'] },
  )
  subscription.ended.catch((err: unknown) => {
    if (stopping.signal.aborted) return
    watch.stopped()
    logger.error({ err }, 'new copies are noticed late')
  })

  const working = storageBackends.all.flatMap((backend) => {
    const queue = copyQueue((after, limit) => catalog.reader.openCopies(backend.id, after, limit))
    return Array.from({ length: AT_ONCE }, () => work(backend, queue))
  })

  return {
    stop: async () => {
      stopping.abort()
      watch.over()
      for (const { cancel } of underway.values()) cancel.abort()
      bell.close()
      await subscription.stop()
      await Promise.all(working)
    },
  }
}

const LEFT = 'bytes of a copy that is not wanted could not be removed'

const told = ({ object_id, storage_id, key }: OpenCopyRow) => ({ object_id, storage_id, key })
