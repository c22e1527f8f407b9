import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { CommandServices } from '../commands/command-services.ts'
import { drainTimeline } from '../commands/delete-segments.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventHandler, EventLog } from '../ports/event-log.ts'
import { causedBy } from './caused-by.ts'

const CONSUMER = 'deletion'
/** So that a restart need not read the whole log again for want of deletions to remember. */
const CHECKPOINT_EVERY_EVENTS = 10_000
const MAX_ATTEMPTS = 10
const RETRY_MS = 500

/**
 * A process manager for Flows that were deleted without a deletion request: their segments went with them, but
 * for those of logs that are older than requests, and of logs that were cut short within an append. Draining
 * twice is harmless, so at-least-once is enough.
 */
export async function drainUndrainedFlows(log: EventLog, services: CommandServices, logger: Logger) {
  let saved = await log.loadCheckpoint(CONSUMER)
  const stopping = new AbortController()

  const onEvents: EventHandler = async (events, reached) => {
    for (const event of events) {
      if (event.type !== 'FlowDeleted' || event.data.deletion_id !== undefined) continue
      await drainPersistently(event, event.data.flow_id)
    }
    if (events.length === 0 && reached - saved < CHECKPOINT_EVERY_EVENTS) return
    await log.saveCheckpoint(CONSUMER, reached)
    saved = reached
  }
  const subscription = log.subscribe(saved, onEvents, { types: ['FlowDeleted'] })

  /** Gives up loudly, never silently: the checkpoint stays before what could not be done. */
  async function drainPersistently(event: RecordedEvent, flow_id: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await drainTimeline(services, causedBy(event, randomUUID()), flow_id)
        return
      } catch (error) {
        logger.warn({ err: error, flow_id, attempt }, 'could not delete the segments of a deleted flow')
        if (attempt >= MAX_ATTEMPTS) throw error
        await delay(RETRY_MS * attempt, undefined, { signal: stopping.signal })
      }
    }
  }

  subscription.ended.catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'deleted flows are no longer drained')
  })
  return {
    stop: () => {
      stopping.abort()
      return subscription.stop()
    },
  }
}
