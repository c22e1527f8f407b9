import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { TOLD_BY_STREAM, TOLD_WHOLE } from '../../projections/vast/project.ts'
import type { DigestTypes, EventPlace } from '../ports/event-digest.ts'
import { isSameAppend } from '../ports/event-id.ts'
import type { EventLog } from '../ports/event-log.ts'
import type { Checkpoint, Checkpoints } from './checkpoints.ts'
import { type BatchBuilder, type BatchLimits, batchBuilder, type PendingBatch } from './pending-batch.ts'

export type CollectLimits = BatchLimits & {
  /** How long an event may wait for others to share its transaction. */
  readonly waitMs: number
  /** How often the end of the log is looked at. */
  readonly pollMs: number
}

const WANTED: DigestTypes = { whole: TOLD_WHOLE, streams: TOLD_BY_STREAM }
/** Some milliseconds of this thread. */
const EVENTS_PER_DIGEST = 2_000
/** Some megabytes, mostly. */
const EVENTS_PER_PAGE = 100

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
  let reached = from.position
  let firstMs: number | undefined
  for (;;) {
    signal.throwIfAborted()
    const digest = await log.readDigest(WANTED, reached, eventsBefore(ahead, reached))
    if (digest.last) {
      firstMs ??= performance.now()
      reached = digest.last.position
      builder.addDigest(digest)
      if (builder.isFull()) return takeWholeAppend(log, builder, digest.last, signal)
    }
    const hasWaited = firstMs !== undefined && performance.now() - firstMs >= limits.waitMs
    if (!digest.hasMore && hasWaited) return builder.take()
    if (digest.hasMore) await nextTurn()
    else await delay(limits.pollMs, undefined, { signal })
  }
}

/** Tables that are ahead of others are so at an event, not within what is read at once. */
function eventsBefore(ahead: Checkpoints, reached: number): number {
  const ends = [...ahead.values()].map(({ position }) => position).filter((position) => position > reached)
  return Math.min(EVENTS_PER_DIGEST, ...ends.map((end) => end - reached))
}

/** Adds what is left of the last append. */
async function takeWholeAppend(
  log: EventLog,
  builder: BatchBuilder,
  place: EventPlace,
  signal: AbortSignal,
): Promise<PendingBatch> {
  for (let last = place; ; ) {
    signal.throwIfAborted()
    const events = await log.readAll(last.position, EVENTS_PER_PAGE)
    for (const event of events) {
      if (!isSameAppend(last, event)) return builder.take()
      builder.add(event)
      last = event
    }
    if (events.length === 0) return builder.take()
    await nextTurn()
  }
}
