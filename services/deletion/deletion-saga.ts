import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DeletionRequested } from '../../contracts/events/deletion-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { OpenDeletionRow } from '../catalog/deletion-queries.ts'
import { commandContext } from '../commands/event-context.ts'
import { forgetDeletions } from '../commands/forget-deletions.ts'
import { type DeletionJob, type DeletionServices, deletionJob } from './deletion-job.ts'
import { takeTurns } from './take-turns.ts'

/** How many deletions have a turn at once. */
const AT_ONCE = 4
const OPEN_PER_PAGE = 1000
const FORGET_EVERY_MS = 60_000

export type DeletionSaga = {
  /** How many deletions are not over yet. */
  open(): number
  stop(): Promise<void>
}

/**
 * A process manager: carries out every deletion request. What was open when the process ended is found in the
 * catalog, which at its start includes the whole log, and what comes after that in the log itself; so it needs
 * no checkpoint, and no deletion waits for an older one to end. Steps may be repeated.
 */
export async function startDeletionSaga(services: DeletionServices): Promise<DeletionSaga> {
  const { log, commands, logger } = services
  const open = new Map<string, DeletionJob>()
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
    const job = deletionJob(services, event as RecordedEvent<DeletionRequested>)
    open.set(job.deletion_id, job)
    turns.add(job)
  }

  const { catalog } = commands
  const start = catalog.position()
  for (let after: OpenDeletionRow | undefined; ; ) {
    const rows = catalog.reader.openDeletions(after, OPEN_PER_PAGE)
    const streams = await log.readStreams(
      rows.map(({ id }) => streamName.deletion(id)),
      1,
    )
    for (const [event] of streams.values()) if (event) takeOn(event)
    after = rows.at(-1)
    if (rows.length < OPEN_PER_PAGE) break
  }
  const subscription = log.subscribe(start, (events) => events.forEach(takeOn), {
    types: ['DeletionRequested'],
  })

  const stopping = new AbortController()
  subscription.ended.catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'no more deletions are taken on')
  })
  const forgetting = forgetNowAndThen(services, stopping.signal)

  return {
    open: () => open.size,
    stop: async () => {
      stopping.abort()
      await subscription.stop()
      await turns.stop()
      await forgetting
    },
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
