import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { WebhookEvent } from '../../contracts/events/webhook-events.ts'
import type { AuthClasses } from '../access/auth-classes.ts'
import { webhookFilter } from '../public-events/webhook-filter.ts'
import { acknowledgedBy, goBackTo, isSending, type Subscriber, subscriberOf } from './subscriber.ts'

export const WEBHOOK_TYPES: readonly WebhookEvent['type'][] = [
  'WebhookRegistered',
  'WebhookUpdated',
  'WebhookDeleted',
  'WebhookStarted',
  'WebhookFailed',
  'WebhookReplayed',
]

/** All webhooks there are, as the log says up to what has been handed out. */
export type Roster = {
  all(): Iterable<Subscriber>
  get(id: string): Subscriber | undefined
  /** Those that are being told of events of a type. */
  toldOf(type: string): readonly Subscriber[]
  /** @returns who is concerned, be it gone; undefined where it was not known */
  take(event: RecordedEvent<WebhookEvent>): Subscriber | undefined
}

export function roster(known: Iterable<Subscriber>, authClasses?: AuthClasses): Roster {
  const subscribers = new Map<string, Subscriber>()
  for (const subscriber of known) subscribers.set(subscriber.id, subscriber)
  let byType = new Map<string, Subscriber[]>()

  const take: Roster['take'] = (event) => {
    byType = new Map()
    if (event.type === 'WebhookRegistered') {
      const { webhook, status } = event.data
      const begun = { acknowledged: undefined, failing: undefined, lastDeliveryMs: undefined }
      const subscriber = subscriberOf({ id: webhook.id, settings: webhook, status, ...begun }, authClasses)
      subscribers.set(webhook.id, subscriber)
      return subscriber
    }
    const id = event.type === 'WebhookUpdated' ? event.data.webhook.id : event.data.webhook_id
    const subscriber = subscribers.get(id)
    if (!subscriber) return undefined
    if (event.type === 'WebhookUpdated') update(subscriber, event.data, authClasses)
    if (event.type === 'WebhookDeleted') subscribers.delete(id)
    if (event.type === 'WebhookStarted') subscriber.status = 'started'
    if (event.type === 'WebhookFailed') stop(subscriber, event.position)
    if (event.type === 'WebhookReplayed') goBackTo(subscriber, event.data.after)
    if (event.type === 'WebhookDeleted') stop(subscriber, event.position)
    return subscriber
  }

  return {
    all: () => subscribers.values(),
    get: (id) => subscribers.get(id),
    toldOf: (type) => {
      const found = byType.get(type)
      if (found) return found
      const made = [...subscribers.values()].filter(
        (subscriber) =>
          isSending(subscriber) && (subscriber.settings.events as readonly string[]).includes(type),
      )
      byType.set(type, made)
      return made
    },
    take,
  }
}

/**
 * What a client had disabled hears nothing of the time between; what the service gave up on goes on where that
 * was. What is still to be told goes by the new settings.
 */
function update(
  subscriber: Subscriber,
  { webhook, status }: Extract<WebhookEvent, { type: 'WebhookUpdated' }>['data'],
  authClasses: AuthClasses | undefined,
): void {
  const from = subscriber.status === 'disabled' ? 'all' : (acknowledgedBy(subscriber) ?? 'all')
  subscriber.settings = webhook
  subscriber.wants = webhookFilter(webhook, authClasses)
  subscriber.status = status
  goBackTo(subscriber, from)
}

/** The service has given up: it may go on here one day. */
function stop(subscriber: Subscriber, position: number): void {
  const { failing } = subscriber
  goBackTo(subscriber, acknowledgedBy(subscriber) ?? position)
  subscriber.failing = failing
  subscriber.status = 'error'
}
