import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { WebhookEvent } from '../../contracts/events/webhook-events.ts'
import type { ErrorBody } from '../../contracts/resources/error.ts'
import type { WebhookCommand } from '../../domain/webhook/webhook.ts'
import type { AuthClasses } from '../access/auth-classes.ts'
import type { Logger } from '../observability/logger.ts'
import type { EventLog } from '../ports/event-log.ts'
import { isOfLog } from '../ports/is-of-log.ts'
import type { EventIndex } from '../public-events/event-index.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { withRestOfAppend } from '../public-events/rest-of-append.ts'
import { INDEXED_TYPES, typeToldAs } from '../public-events/told-as.ts'
import type { RetryPolicy } from './backoff.ts'
import { type Attempt, deliveries } from './deliveries.ts'
import type { DeliveryStore, HandedOut } from './delivery-store.ts'
import { eventSource } from './event-source.ts'
import { keepProgress, WEBHOOK_CHECKPOINT } from './keep-progress.ts'
import { roster, WEBHOOK_TYPES } from './roster.ts'
import { isSending, type Subscriber, subscriberOf } from './subscriber.ts'

export type WebhookServiceTools = {
  readonly log: EventLog
  readonly index: EventIndex
  readonly store: DeliveryStore
  readonly attempt: (subscriber: Subscriber, event: PublicEvent) => Promise<Attempt>
  /** Has a webhook started or failed. @throws where the log does not take it now */
  readonly command: (webhook_id: string, command: WebhookCommand) => Promise<void>
  readonly retry: RetryPolicy
  /** None where what webhooks are told of does not depend on classes. */
  readonly authClasses?: AuthClasses | undefined
  readonly logger: Logger
  readonly now: () => number
}

export type WebhookService = {
  /** Rejects where it cannot go on. */
  readonly ended: Promise<void>
  /** The position up to which events have been handed out. */
  handedOut(): number
  subscribers(): Iterable<Subscriber>
  stop(): Promise<void>
}

/** Readers of the stream wait for the index that is kept here. */
const QUIET_MS = 10
/** While it has much to do, it takes more at a time: a transaction costs more than what one event adds to it. */
const REST_PER_WORK = 5
const COMMAND_RETRY_MS = 1_000

/**
 * Tells webhooks of what happens, as the log says it: at least once, in order for each of them. One reading of
 * the log serves all that keep up.
 */
export async function startWebhookService(tools: WebhookServiceTools): Promise<WebhookService> {
  const { log, index, store, logger } = tools
  const told = await log.loadCheckpoint(WEBHOOK_CHECKPOINT)
  let handedOut = await handedOutBefore(tools)
  const { authClasses } = tools
  const kept = store.subscribers().map((each) => subscriberOf(each, authClasses))
  const webhooks = roster(kept, authClasses)
  const progress = keepProgress({
    log,
    store,
    webhooks,
    handedOut: () => handedOut,
    checkpoint: told,
    logger,
  })
  const stopping = new AbortController()

  const handedOutTo = () => handedOut?.position ?? 0
  const source = eventSource({ log, index, handedOut: handedOutTo }, Math.max(told, handedOutTo()))
  const delivering = deliveries({
    source,
    handedOut: handedOutTo,
    attempt: tools.attempt,
    giveUp: ({ id }, error: ErrorBody) => {
      logger.warn({ webhook_id: id, error }, 'a webhook is given up')
      return tools.command(id, { type: 'FailWebhook', error })
    },
    onChange: progress.changed,
    retry: tools.retry,
    now: tools.now,
  })

  const begin = async (subscriber: Subscriber): Promise<void> => {
    const { id, version } = subscriber
    while (!stopping.signal.aborted && subscriber.status === 'created' && subscriber.version === version) {
      try {
        return await tools.command(id, { type: 'StartWebhook' })
      } catch (err) {
        logger.warn({ err, webhook_id: id }, 'a webhook could not be started yet')
        await delay(COMMAND_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
    }
  }

  const takeWebhookEvent = (event: RecordedEvent<WebhookEvent>): void => {
    // What was told again before is not told a third time.
    if (event.type === 'WebhookReplayed' && event.position <= told) return
    const subscriber = webhooks.take(event)
    source.wantsChangedAt(event.position)
    if (!subscriber) return
    if (event.type === 'WebhookDeleted') {
      progress.gone(subscriber)
      return
    }
    progress.changed(subscriber)
    if (subscriber.status === 'created') void begin(subscriber)
    delivering.resume(subscriber)
  }

  const take = (event: RecordedEvent): void => {
    if (event.position <= handedOutTo()) return
    handedOut = { position: event.position, event: event.id }
    if (isWebhookEvent(event)) takeWebhookEvent(event)
    // Where what was kept is lost, what all webhooks have been told is passed over.
    const type = event.position > told ? typeToldAs(event.type) : null
    const subscribers = type === null ? [] : webhooks.toldOf(type)
    const publicEvent = subscribers.length > 0 ? index.tell(event) : undefined
    if (!publicEvent) return
    source.remember(publicEvent)
    delivering.handOut(publicEvent, subscribers)
  }

  const subscription = log.subscribe(
    Math.min(index.position(), handedOutTo()),
    async (events, reached) => {
      const began = performance.now()
      const whole = await withRestOfAppend(log, events, reached, TAKEN_TYPES)
      index.take(whole.filter((event) => !isWebhookEvent(event)))
      for (const event of whole) take(event)
      // Where nobody waits for it, many events are taken at the cost of one.
      const isHeard = [...webhooks.all()].some(isSending)
      const restMs = isHeard ? REST_PER_WORK * (performance.now() - began) : QUIET_MS
      await delay(Math.min(restMs, QUIET_MS), undefined, { signal: stopping.signal }).catch(() => undefined)
    },
    { types: TAKEN_TYPES },
  )

  for (const subscriber of webhooks.all()) {
    if (subscriber.status === 'created') void begin(subscriber)
    delivering.resume(subscriber)
  }

  return {
    ended: subscription.ended,
    handedOut: handedOutTo,
    subscribers: webhooks.all,
    stop: async () => {
      stopping.abort()
      const ended = delivering.stop(webhooks.all())
      await subscription.stop()
      await ended
      await progress.stop()
    },
  }
}

/** What was kept of another log, or of one that was put back to an earlier state, is worth nothing. */
async function handedOutBefore({ log, store }: WebhookServiceTools): Promise<HandedOut | undefined> {
  const kept = store.handedOut()
  if (!kept) return undefined
  if (await isOfLog(log, kept.position, kept.event)) return kept
  store.clear()
  return undefined
}

const TAKEN_TYPES: readonly DomainEventType[] = [...INDEXED_TYPES, ...WEBHOOK_TYPES]

const isWebhookEvent = (event: RecordedEvent): event is RecordedEvent<WebhookEvent> =>
  (WEBHOOK_TYPES as readonly string[]).includes(event.type)
