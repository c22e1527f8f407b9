import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import type { EventHandler, Subscription } from '../../../ports/event-log.ts'
import type { EventReads } from './event-reads.ts'
import type { WakeUp } from './wake-up.ts'

/** What a subscription reads at once. */
const PAGE_EVENTS = 500
const PAGE_BYTES = 2 * 1024 * 1024

export type SubscriptionTools = {
  readonly reads: EventReads
  readonly wakeUp: WakeUp
  /** Repeats a read until it succeeds, or the subscription is stopped. */
  readonly retry: <T>(read: () => Promise<T>, signal: AbortSignal) => Promise<T>
}

/**
 * Reads page after page and hands each to the handler; at the end of the log it waits for the server's word. A
 * connection that is lost costs a page read again, never an event.
 * @param types an expression for the types of events that are wanted
 */
export function startSubscription(
  { reads, wakeUp, retry }: SubscriptionTools,
  after: number,
  types: string,
  onEvents: EventHandler,
  onEnd: () => void,
): Subscription {
  const stopping = new AbortController()
  const { signal } = stopping

  /** The end comes first: what is not found after a position, although the log was longer then, is not wanted. */
  async function nextPage(position: number): Promise<{ events: RecordedEvent[]; reached: number }> {
    const end = (await reads.last())?.position ?? 0
    const events = end > position ? await reads.after(position, PAGE_EVENTS, types, PAGE_BYTES) : []
    return { events, reached: events.at(-1)?.position ?? Math.max(end, position) }
  }

  async function run(): Promise<void> {
    try {
      // The caller gets its subscription before the first events.
      await nextTurn()
      let position = after
      while (!signal.aborted) {
        const rings = wakeUp.count()
        const { events, reached } = await retry(() => nextPage(position), signal)
        if (signal.aborted) return
        if (reached === position) {
          await wakeUp.after(rings)
          continue
        }
        await onEvents(events, reached)
        position = reached
        await nextTurn()
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      onEnd()
    }
  }

  const ended = run()
  return {
    ended,
    stop() {
      stopping.abort()
      wakeUp.ring()
      return ended.catch(() => undefined)
    },
  }
}
