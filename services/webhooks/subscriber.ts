import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { WebhookStatus } from '../../contracts/resources/webhook.ts'
import type { AuthClasses } from '../access/auth-classes.ts'
import { type WebhookFilter, webhookFilter } from '../public-events/webhook-filter.ts'

/** Attempts in vain, all for the same event. Times are UTC, milliseconds. */
export type Failing = {
  readonly sinceMs: number
  readonly attempts: number
  readonly lastMs: number
  /** What the last of them met. */
  readonly reason: string
}

/** A webhook, and how far it has been told. */
export type Subscriber = {
  readonly id: string
  settings: WebhookSettings
  wants: WebhookFilter
  status: WebhookStatus
  /** Positions of events it wants, the next one first. */
  todo: number[]
  /**
   * Everything up to there is told, or is in `todo`. `all`: everything that has been handed out is, and what
   * comes is put there at once.
   */
  seen: number | 'all'
  /** Of the event that comes next: the first of its segments that is yet to be sent. */
  segment: number
  failing: Failing | undefined
  lastDeliveryMs: number | undefined
  /** Counts what clients change: what was begun before is of no account after. */
  version: number
  isBusy: boolean
  retry: NodeJS.Timeout | undefined
}

/** What is kept of it when the service is not running. */
export type KeptSubscriber = {
  readonly id: string
  readonly settings: WebhookSettings
  readonly status: WebhookStatus
  /** Everything up to there is told; undefined: all that had been handed out when it was kept. */
  readonly acknowledged: number | undefined
  readonly failing: Failing | undefined
  readonly lastDeliveryMs: number | undefined
}

export function subscriberOf(kept: KeptSubscriber, authClasses?: AuthClasses): Subscriber {
  const { id, settings, status, failing, lastDeliveryMs } = kept
  return {
    id,
    settings,
    wants: webhookFilter(settings, authClasses),
    status,
    todo: [],
    seen: kept.acknowledged ?? 'all',
    segment: 0,
    failing,
    lastDeliveryMs,
    version: 0,
    isBusy: false,
    retry: undefined,
  }
}

export function toKeep(subscriber: Subscriber): KeptSubscriber {
  const { id, settings, status, failing, lastDeliveryMs } = subscriber
  return { id, settings, status, acknowledged: acknowledgedBy(subscriber), failing, lastDeliveryMs }
}

/** The position up to which everything it wants is told; undefined for all that has been handed out. */
export function acknowledgedBy({ todo, seen }: Subscriber): number | undefined {
  const [next] = todo
  if (next !== undefined) return next - 1
  return seen === 'all' ? undefined : seen
}

export const isSending = ({ status }: Subscriber): boolean => status === 'created' || status === 'started'

/** Goes on after `position`, looking anew at what came since. */
export function goBackTo(subscriber: Subscriber, position: number | 'all'): void {
  subscriber.todo = []
  subscriber.seen = position
  subscriber.segment = 0
  subscriber.failing = undefined
  subscriber.version++
  clearTimeout(subscriber.retry)
  subscriber.retry = undefined
}
