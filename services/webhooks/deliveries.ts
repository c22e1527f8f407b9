import type { ErrorBody } from '../../contracts/resources/error.ts'
import { turns } from '../consumer/turns.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { type RetryPolicy, retryDelayMs } from './backoff.ts'
import type { EventSource } from './event-source.ts'
import { isSending, type Subscriber } from './subscriber.ts'

/** What came of one request to a receiver. */
export type Attempt =
  /** `next`: the first segment of the event that is yet to be sent. */
  | { readonly ok: true; readonly next: number | undefined }
  /** `askedMs`: how long the receiver asks to be left alone. */
  | { readonly ok: false; readonly reason: string; readonly askedMs?: number | undefined }

export type DeliveryTools = {
  readonly source: EventSource
  /** The position up to which events have been handed out. */
  readonly handedOut: () => number
  /** Never throws. */
  readonly attempt: (subscriber: Subscriber, event: PublicEvent) => Promise<Attempt>
  /** @throws where the log does not take it now */
  readonly giveUp: (subscriber: Subscriber, error: ErrorBody) => Promise<void>
  /** Something about it is to be kept. */
  readonly onChange: (subscriber: Subscriber) => void
  readonly retry: RetryPolicy
  readonly now: () => number
}

export type Deliveries = {
  /** For everyone who wants it. */
  handOut(event: PublicEvent, subscribers: readonly Subscriber[]): void
  /** Goes on with a webhook that may have something to be told. */
  resume(subscriber: Subscriber): void
  /** Begins nothing more with any of them, and resolves once nothing is under way. */
  stop(subscribers: Iterable<Subscriber>): Promise<void>
}

/** Positions that one webhook may have waiting: with more, it reads the log for itself. */
const MAX_TODO = 1_000
/** Requests under way at a time: to receivers that answered last, and apart from them to those that did not. */
const AT_ONCE = 128
const FAILING_AT_ONCE = 64
/** How many look for what they missed at a time: each reads a page of the log. */
const READING_AT_ONCE = 4

/**
 * Tells each webhook of its events, one after the other: the next is sent when the one before is acknowledged.
 * A webhook holds the positions of what is to come, not the events, and waits for nobody but itself.
 */
export function deliveries(tools: DeliveryTools): Deliveries {
  const { source, onChange, now } = tools
  const healthy = turns(AT_ONCE)
  const failing = turns(FAILING_AT_ONCE)
  const reading = turns(READING_AT_ONCE)
  const busy = new Set<Promise<void>>()
  let isStopping = false

  const resume = (subscriber: Subscriber): void => {
    if (isStopping || subscriber.isBusy || subscriber.retry || !isSending(subscriber)) return
    subscriber.isBusy = true
    const work = goOn(subscriber).finally(() => busy.delete(work))
    busy.add(work)
  }

  const goOn = async (subscriber: Subscriber): Promise<void> => {
    try {
      while (!isStopping && isSending(subscriber) && !subscriber.retry) {
        const [position] = subscriber.todo
        if (position !== undefined) await tellNext(subscriber, position)
        else if (subscriber.seen === 'all') return
        else await reading.take(() => lookOn(subscriber, subscriber.seen))
      }
    } finally {
      // At once, for what is handed out from here on has to begin anew.
      subscriber.isBusy = false
    }
  }

  /** Finds what it wants in the next page of the log. */
  const lookOn = async (subscriber: Subscriber, seen: number | 'all'): Promise<void> => {
    if (seen === 'all') return
    const { version } = subscriber
    const page = await source.after(seen)
    if (subscriber.version !== version) return
    subscriber.todo = page.events.filter(subscriber.wants).map(({ position }) => position)
    subscriber.seen = page.reached >= tools.handedOut() ? 'all' : page.reached
    onChange(subscriber)
  }

  const tellNext = async (subscriber: Subscriber, position: number): Promise<void> => {
    const { version } = subscriber
    const event = await source.at(position)
    const turn = subscriber.failing ? failing : healthy
    const attempt = event
      ? await turn.take(() =>
          isStopping || subscriber.version !== version ? NOT_TRIED : tools.attempt(subscriber, event),
        )
      : SENT
    if (!attempt || subscriber.version !== version || (isStopping && !attempt.ok)) return
    if (attempt.ok) acknowledge(subscriber, attempt.next)
    else await retryLater(subscriber, attempt, position)
    onChange(subscriber)
  }

  const acknowledge = (subscriber: Subscriber, next: number | undefined): void => {
    subscriber.failing = undefined
    subscriber.lastDeliveryMs = now()
    subscriber.segment = next ?? 0
    if (next === undefined) subscriber.todo.shift()
  }

  const retryLater = async (
    subscriber: Subscriber,
    { reason, askedMs = 0 }: Failure,
    position: number,
  ): Promise<void> => {
    const nowMs = now()
    const { sinceMs, attempts } = subscriber.failing ?? { sinceMs: nowMs, attempts: 0 }
    subscriber.failing = { sinceMs, attempts: attempts + 1, lastMs: nowMs, reason }
    const soFar = { attempts: attempts + 1, sinceMs: nowMs - sinceMs, askedMs }
    const delay = retryDelayMs(tools.retry, soFar, Math.random())
    if (delay !== undefined) return wait(subscriber, delay)
    const { version } = subscriber
    try {
      await tools.giveUp(subscriber, errorOf(subscriber.failing, position))
      // Which the log will say in a moment; until then it is not told of anything.
      if (subscriber.version === version) subscriber.status = 'error'
    } catch {
      // The log takes nothing now.
      if (subscriber.version === version) wait(subscriber, tools.retry.firstMs)
    }
  }

  const wait = (subscriber: Subscriber, delayMs: number): void => {
    subscriber.retry = setTimeout(() => {
      subscriber.retry = undefined
      resume(subscriber)
    }, delayMs)
  }

  return {
    handOut: (event, subscribers) => {
      for (const subscriber of subscribers) {
        if (subscriber.seen !== 'all' || !subscriber.wants(event)) continue
        if (subscriber.todo.length < MAX_TODO) subscriber.todo.push(event.position)
        else subscriber.seen = event.position - 1
        onChange(subscriber)
        resume(subscriber)
      }
    },
    resume,
    stop: async (subscribers) => {
      isStopping = true
      for (const { retry } of subscribers) clearTimeout(retry)
      await Promise.all(busy)
    },
  }
}

type Failure = Extract<Attempt, { readonly ok: false }>

const SENT: Attempt = { ok: true, next: undefined }
const NOT_TRIED = Promise.resolve(undefined)

function errorOf(
  { sinceMs, attempts, lastMs, reason }: NonNullable<Subscriber['failing']>,
  position: number,
) {
  const since = new Date(sinceMs).toISOString()
  return {
    type: 'webhook_delivery_failed',
    summary:
      `the event at position ${position} could not be delivered in ${attempts} attempts since ${since}; ` +
      `the last one: ${reason}. Set status to created to go on from there`,
    time: new Date(lastMs).toISOString(),
  }
}
