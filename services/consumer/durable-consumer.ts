import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEvent, DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'

/** What a consumer of the log does with events of some types. */
export type Consumer<T extends DomainEventType> = {
  /** Names its checkpoint: another name starts at the log's beginning. */
  readonly name: string
  readonly types: readonly T[]
  /** Gets events in order, batch by batch. It may see them again, which has to be harmless. */
  handle(events: readonly RecordedEvent<Extract<DomainEvent, { type: T }>>[]): Promise<void>
  /** Whether an error is only a matter of time, such as a store that is out of reach: it is waited out. */
  isPassing(error: unknown): boolean
  /** Milliseconds before the second attempt; each further one waits that much longer. Default: half a second. */
  readonly retryMs?: number
}

export type RunningConsumer = {
  /** Resolves once nothing of it is under way. */
  stop(): Promise<void>
}

/** So that a restart need not read the whole log again for want of events to handle. */
const CHECKPOINT_EVERY_EVENTS = 10_000
/** Of an error that is not known to pass. */
const MAX_ATTEMPTS = 10
const RETRY_MS = 500
const MAX_RETRY_MS = 30_000

/**
 * Runs a consumer from its checkpoint on. What fails is tried again, longer and longer apart; what keeps
 * failing, and is nothing that passes, stops the consumer loudly: its checkpoint stays before it, so that
 * nothing is ever skipped.
 */
export async function startConsumer<T extends DomainEventType>(
  log: EventLog,
  consumer: Consumer<T>,
  logger: Logger,
): Promise<RunningConsumer> {
  const { name, types, retryMs = RETRY_MS } = consumer
  const stopping = new AbortController()
  let saved = await log.loadCheckpoint(name)

  const handlePersistently = async (events: Parameters<typeof consumer.handle>[0]): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await consumer.handle(events)
      } catch (error) {
        const position = events[0]?.position
        logger.warn({ err: error, consumer: name, position, attempt }, 'events could not be handled yet')
        if (attempt >= MAX_ATTEMPTS && !consumer.isPassing(error)) throw error
        const wait = Math.min(retryMs * attempt, MAX_RETRY_MS)
        await delay(wait, undefined, { signal: stopping.signal })
      }
    }
  }

  const subscription = log.subscribe(
    saved,
    async (events, reached) => {
      // The filter leaves only events of these types.
      if (events.length > 0) await handlePersistently(events as Parameters<typeof consumer.handle>[0])
      if (events.length === 0 && reached - saved < CHECKPOINT_EVERY_EVENTS) return
      await log.saveCheckpoint(name, reached)
      saved = reached
    },
    { types },
  )
  subscription.ended.catch((error: unknown) => {
    if (!stopping.signal.aborted) logger.error({ err: error, consumer: name }, 'a consumer has stopped')
  })
  return {
    stop: () => {
      stopping.abort()
      return subscription.stop()
    },
  }
}
