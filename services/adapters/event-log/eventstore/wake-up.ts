import { setTimeout as delay } from 'node:timers/promises'
import { END, type EventStoreDBClient, eventTypeFilter } from '@eventstore/db-client'
import { ANY_DOMAIN_EVENT } from './read-request.ts'

export type WakeUp = {
  /** How often there was something new, or may have been. */
  count(): number
  ring(): void
  /** Resolves once there was more than `count`, or a while later. */
  after(count: number): Promise<void>
  stop(): void
}

/** Without a word from the server one looks all the same: a word may be lost with its connection. */
const LOOK_EVERY_MS = 2000
const RECONNECT_MS = 500

/**
 * Listens for new events, as long as someone waits for some: what they are is read from the log.
 * @param types an expression for the types of events that are waited for
 */
export function wakeUp(client: EventStoreDBClient, types = ANY_DOMAIN_EVENT): WakeUp {
  let rings = 0
  let isListening = false
  const waiting = new Set<() => void>()
  const stopping = new AbortController()

  function ring(): void {
    rings++
    for (const wake of waiting) wake()
    waiting.clear()
  }

  async function listen(): Promise<void> {
    while (!stopping.signal.aborted) {
      const filter = eventTypeFilter({ regex: types })
      const subscription = client.subscribeToAll({ fromPosition: END, filter, requiresLeader: true })
      // What came between a look at the log and this moment nobody was told of.
      subscription.on('confirmation', ring)
      subscription.on('error', () => {})
      const cancel = () => void subscription.unsubscribe().catch(() => undefined)
      stopping.signal.addEventListener('abort', cancel, { once: true })
      try {
        for await (const _ of subscription) ring()
      } catch {
        // It is only a signal: readers meet the trouble themselves.
      } finally {
        stopping.signal.removeEventListener('abort', cancel)
      }
      await delay(RECONNECT_MS, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }

  return {
    count: () => rings,
    ring,
    after(count) {
      if (!isListening) void listen()
      isListening = true
      if (rings > count || stopping.signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, LOOK_EVERY_MS)
        waiting.add(wake)
      })
    },
    stop() {
      stopping.abort()
      ring()
    },
  }
}
