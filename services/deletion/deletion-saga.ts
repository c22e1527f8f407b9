import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DeletionRequested } from '../../contracts/events/deletion-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { OpenDeletionRow } from '../catalog/deletion-queries.ts'
import { commandContext } from '../commands/event-context.ts'
import { forgetDeletions } from '../commands/forget-deletions.ts'
import { watchConsumer } from '../consumer/watched-consumers.ts'
import type { Logger } from '../observability/logger.ts'
import { type DeletionJob, type DeletionServices, deletionJob } from './deletion-job.ts'
import { takeTurns } from './take-turns.ts'

/** How many deletions have a turn at once. */
const AT_ONCE = 4
const OPEN_PER_PAGE = 1000
const FORGET_EVERY_MS = 60_000
/** Looking takes microseconds. */
const LOOK_FOR_DUE_EVERY_MS = 500
/** What is held back is taken up when it is due, as long as there are not so many under way. */
const MAX_OPEN_WITH_DUE = 1000

export type DeletionSaga = {
  /** How many deletions are not over yet. */
  open(): number
  stop(): Promise<void>
}

/**
 * A process manager: carries out every deletion request. What was open when the process ended is found in the
 * catalog, which at its start includes the whole log, and what comes after that in the log itself; so it needs
 * no checkpoint, and no deletion waits for an older one to end. What is held back is not taken up before it is due,
 * and is found in the catalog then, some at a time: however many wait, they take no memory. Steps may be repeated.
 */
export async function startDeletionSaga(services: DeletionServices): Promise<DeletionSaga> {
  const { log, commands, logger } = services
  const open = new Map<string, DeletionJob>()
  const watch = watchConsumer('deletion saga')
  const turns = takeTurns<DeletionJob>(
    AT_ONCE,
    ({ flow_id }) => flow_id,
    async (job) => {
      const next = await job.takeTurn()
      if (next === 'over') open.delete(job.deletion_id)
      return next
    },
  )

  function takeOn(event: RecordedEvent): void {
    if (event.type !== 'DeletionRequested' || open.has(event.data.deletion_id)) return
    const job = deletionJob(services, event as RecordedEvent<DeletionRequested>, watch.failed)
    open.set(job.deletion_id, job)
    turns.add(job)
  }

  async function takeOnAll(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const streams = await log.readStreams(ids.map(streamName.deletion), 1)
    for (const [event] of streams.values()) if (event) takeOn(event)
  }

  /** What has not begun yet is found again, and taken up once. */
  async function takeOnDue(): Promise<void> {
    const room = MAX_OPEN_WITH_DUE - open.size
    if (room > 0) await takeOnAll(catalog.reader.dueDeletions(services.now(), room))
  }

  const { catalog } = commands
  const start = catalog.position()
  for (let after: OpenDeletionRow | undefined; ; ) {
    const rows = catalog.reader.openDeletions(after, OPEN_PER_PAGE)
    await takeOnAll(rows.map(({ id }) => id))
    after = rows.at(-1)
    if (rows.length < OPEN_PER_PAGE) break
  }
  watch.reached(start)
  const subscription = log.subscribe(
    start,
    (events, reached) => {
      events.filter(isForNow).forEach(takeOn)
      watch.reached(reached)
    },
    { types: ['DeletionRequested'] },
  )

  const stopping = new AbortController()
  subscription.ended.catch((error: unknown) => {
    if (stopping.signal.aborted) return
    watch.stopped()
    logger.error({ err: error }, 'no more deletions are taken on')
  })
  const forgetting = forgetNowAndThen(services, stopping.signal)
  const waiting = lookForDue(takeOnDue, logger, stopping.signal)

  return {
    open: () => open.size,
    stop: async () => {
      stopping.abort()
      watch.over()
      await subscription.stop()
      await waiting
      await turns.stop()
      await forgetting
    },
  }
}

const isForNow = ({ type, data }: RecordedEvent): boolean =>
  type === 'DeletionRequested' && data.held_for_seconds === undefined

async function lookForDue(look: () => Promise<void>, logger: Logger, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await look().catch((error: unknown) => logger.warn({ err: error }, 'could not take up what is due'))
    await delay(LOOK_FOR_DUE_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

async function forgetNowAndThen({ commands, logger }: DeletionServices, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const context = commandContext(randomUUID(), null)
      const forgotten = await forgetDeletions(commands, context, Date.now())
      if (forgotten > 0) continue
    } catch (error) {
      logger.warn({ err: error }, 'could not forget deletions that are long over')
    }
    await delay(FORGET_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined)
  }
}
