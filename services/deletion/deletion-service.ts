import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventHandler, EventLog } from '../ports/event-log.ts'
import { causedBy, type DrainFlow } from './flow-drain.ts'

const CONSUMER = 'deletion'
/** So that a restart need not read the whole log again for want of deletions to remember. */
const CHECKPOINT_EVERY_EVENTS = 10_000
const MAX_ATTEMPTS = 10
const RETRY_MS = 500

/**
 * A process manager: sees to it that the segments of every deleted Flow go, also where the request that
 * deleted it did not live to do so. Draining twice is harmless, so at-least-once is enough.
 */
export async function startDeletionService(log: EventLog, drain: DrainFlow, logger: Logger) {
  let saved = await log.loadCheckpoint(CONSUMER)
  const stopping = new AbortController()

  const onEvents: EventHandler = async (events, reached) => {
    for (const event of events) {
      if (event.type === 'FlowDeleted') await drainPersistently(event, event.data.flow_id)
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
        await drain(causedBy(event, randomUUID()), flow_id)
        return
      } catch (error) {
        logger.warn({ err: error, flow_id, attempt }, 'could not delete the segments of a deleted flow')
        if (attempt >= MAX_ATTEMPTS) throw error
        await delay(RETRY_MS * attempt, undefined, { signal: stopping.signal })
      }
    }
  }

  subscription.ended.catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error }, 'the deletion service has stopped')
  })
  return {
    stop: () => {
      stopping.abort()
      return subscription.stop()
    },
  }
}
