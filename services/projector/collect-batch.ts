import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { EventHead } from '../../contracts/events/recorded-event.ts'
import { WHOLE_EVENTS } from '../../projections/vast/project.ts'
import { isSameAppend } from '../ports/event-id.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Checkpoint, Checkpoints } from './checkpoints.ts'
import { type BatchLimits, batchBuilder, type PendingBatch } from './pending-batch.ts'

export type CollectLimits = BatchLimits & {
  /** How long an event may wait for others to share its transaction. */
  readonly waitMs: number
  /** How often the end of the log is looked at. */
  readonly pollMs: number
}

/** Some megabytes, mostly; some tens at most. */
const EVENTS_PER_PAGE = 500

/**
 * Events after a position, as many as are there and fit, whole appends only: nobody sees half of one. Waits until
 * there is one.
 */
export async function collectBatch(
  log: EventLog,
  from: Checkpoint,
  ahead: Checkpoints,
  limits: CollectLimits,
  signal: AbortSignal,
): Promise<PendingBatch> {
  const builder = batchBuilder(from, ahead, limits)
  let last: EventHead | undefined
  let firstMs = 0
  for (;;) {
    signal.throwIfAborted()
    const events = await log.readSome(WHOLE_EVENTS, last?.position ?? from.position, EVENTS_PER_PAGE)
    if (events.length > 0 && !last) firstMs = performance.now()
    for (const event of events) {
      if (last && builder.isFull() && !isSameAppend(last, event)) return builder.take()
      builder.add(event)
      last = event
    }
    const isAtEnd = events.length < EVENTS_PER_PAGE
    if (isAtEnd && last && performance.now() - firstMs >= limits.waitMs) return builder.take()
    if (isAtEnd) await delay(limits.pollMs, undefined, { signal })
    else await nextTurn()
  }
}
