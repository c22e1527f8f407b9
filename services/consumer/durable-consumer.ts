import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEvent, DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { tracedAfter } from '../tracing/spans-of-events.ts'
import { tracing } from '../tracing/tracing.ts'
import { watchConsumer } from './watched-consumers.ts'

/** What a consumer of the log does with events of some types. */
export type Consumer<T extends DomainEventType> = {
  /** Names its checkpoint: another name starts at the log's beginning. */
  readonly name: string
  readonly types: readonly T[]
  /** Gets events in order, batch by batch. It may see them again, which has to be harmless. */
  handle(events: readonly RecordedEvent<Extract<DomainEvent, { type: T }>>[]): Promise<void>
  /** Whether an error is only a matter of time, such as a store that is out of reach: it is waited out. */
  isPassing(error: unknown): boolean
  /** An event is not handled before it is that old. Default: at once. */
  readonly delayMs?: number
  /** Nothing waits for it: it looks for new events that far apart, and saves its checkpoint now and then only. */
  readonly restMs?: number
  /** Milliseconds before the second attempt; each further one waits that much longer. Default: half a second. */
  readonly retryMs?: number
}

export type RunningConsumer = {
  /** Resolves once nothing of it is under way. */
  stop(): Promise<void>
}

/** So that a restart need not read the whole log again for want of events to handle. */
const CHECKPOINT_EVERY_EVENTS = 10_000
/** What the log passes over at once, at least, before its end. */
const READ_AT_ONCE = 1_000
/** Of an error that is not known to pass. */
const MAX_ATTEMPTS = 10
const RETRY_MS = 500
const MAX_RETRY_MS = 30_000
/** Events that come due one after the other are handled together. */
const DUE_TOGETHER_MS = 250
/** No timer can be set for longer than some weeks. */
const MAX_WAIT_MS = 24 * 60 * 60 * 1000

/** Time, as a consumer sees it pass. `wait` rejects when it is aborted. */
export type Clock = { now(): number; wait(ms: number, signal: AbortSignal): Promise<unknown> }

const realClock: Clock = {
  now: Date.now,
  wait: (ms, signal) => delay(ms, undefined, { signal }),
}

/**
 * Runs a consumer from its checkpoint on. What fails is tried again, longer and longer apart; what keeps
 * failing, and is nothing that passes, stops the consumer loudly: its checkpoint stays before it, so that
 * nothing is ever skipped.
 */
export async function startConsumer<T extends DomainEventType>(
  log: EventLog,
  consumer: Consumer<T>,
  logger: Logger,
  clock: Clock = realClock,
): Promise<RunningConsumer> {
  const { name, types, retryMs = RETRY_MS, restMs } = consumer
  const stopping = new AbortController()
  let saved = await log.loadCheckpoint(name)
  let read = saved
  const watch = watchConsumer(name)
  watch.reached(saved)

  const handlePersistently = async (events: Parameters<typeof consumer.handle>[0]): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await (tracing()
          ? tracedAfter(events, name, { 'framelog.batch.events': events.length }, () =>
              consumer.handle(events),
            )
          : consumer.handle(events))
      } catch (error) {
        watch.failed()
        const position = events[0]?.position
        logger.warn({ err: error, consumer: name, position, attempt }, 'events could not be handled yet')
        if (attempt >= MAX_ATTEMPTS && !consumer.isPassing(error)) throw error
        await clock.wait(Math.min(retryMs * attempt, MAX_RETRY_MS), stopping.signal)
      }
    }
  }

  const save = async (reached: number, isDue: boolean): Promise<void> => {
    if (!isDue && reached - saved < CHECKPOINT_EVERY_EVENTS) return
    await log.saveCheckpoint(name, reached)
    saved = reached
  }
  const isAtRest = restMs !== undefined

  const subscription = log.subscribe(
    saved,
    async (events, reached) => {
      const isLast = reached - read < READ_AT_ONCE && events.length === 0
      read = reached
      // The filter leaves only events of these types.
      for await (const due of asTheyComeDue(events, consumer.delayMs ?? 0, clock, stopping.signal)) {
        await handlePersistently(due as Parameters<typeof consumer.handle>[0])
        if (due.length < events.length) await save(due.at(-1)!.position, !isAtRest)
      }
      await save(reached, events.length > 0 && !isAtRest)
      watch.reached(reached)
      if (isAtRest && isLast) await clock.wait(restMs, stopping.signal)
    },
    { types },
  )
  subscription.ended.catch((error: unknown) => {
    if (stopping.signal.aborted) return
    watch.stopped()
    logger.error({ err: error, consumer: name }, 'a consumer has stopped')
  })
  return {
    stop: () => {
      stopping.abort()
      watch.over()
      return subscription.stop()
    },
  }
}

/**
 * Hands out events once they are old enough, in order, as many at a time as are. One whose time is still to come,
 * by a clock that was wrong, is taken for new.
 */
async function* asTheyComeDue(
  events: readonly RecordedEvent[],
  delayMs: number,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<readonly RecordedEvent[]> {
  const seenMs = clock.now()
  const dueMs = ({ timeMs }: RecordedEvent): number => Math.min(timeMs, seenMs) + delayMs
  for (let rest = events; rest.length > 0; ) {
    const now = clock.now()
    const notDue = rest.findIndex((event) => dueMs(event) > now)
    const due = notDue === -1 ? rest : rest.slice(0, notDue)
    if (due.length > 0) {
      yield due
      rest = rest.slice(due.length)
      continue
    }
    const together = Math.min(dueMs(rest.at(-1)!), dueMs(rest[0]!) + DUE_TOGETHER_MS)
    await clock.wait(Math.min(Math.max(together, dueMs(rest[0]!)) - now, MAX_WAIT_MS), signal)
  }
}
