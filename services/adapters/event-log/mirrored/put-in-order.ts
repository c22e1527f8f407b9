import type { Arrival, ArrivedEvent } from './arrival.ts'

/** By the server's clock: whoever appends has given up long before. */
export const LET_GO_AFTER_MS = 60_000

/** What waits for the rest of its append, in the order it came; and the appends that were let go in parts. */
export type KeptOrder = { readonly waiting: readonly ArrivedEvent[]; readonly broken: Iterable<string> }

export type Ordering = {
  /** @returns what comes next in the order, each group one commit */
  take(arrival: Arrival): readonly (readonly ArrivedEvent[])[]
  /** Appends that are not whole, the one that has waited longest first. */
  waiting(): readonly string[]
  isWaiting(event: ArrivedEvent): boolean
  isBroken(append: string): boolean
}

type WaitingAppend = { readonly sinceMs: number; readonly events: Map<number, ArrivedEvent> }

/**
 * Puts what a server wrote stream by stream in the order of a log that writes whole appends. An append's events come
 * together, where its last one came. They are let go as they are, and the rest by itself when it comes,
 *
 * - when another append's event comes to one of their streams: each stream keeps its order;
 * - when the server has recorded something a minute after the first of them;
 * - when somebody said so.
 *
 * All this goes by what the server has, so that everyone who reads it from the beginning comes to the same order.
 */
export function putInOrder(kept: KeptOrder = { waiting: [], broken: [] }): Ordering {
  const waiting = new Map<string, WaitingAppend>()
  const onStream = new Map<string, string>()
  const broken = new Set(kept.broken)
  for (const event of kept.waiting) wait(event)

  function wait(event: ArrivedEvent): WaitingAppend {
    const { id, index } = event.append
    const append = waiting.get(id) ?? { sinceMs: event.recordedMs, events: new Map() }
    waiting.set(id, append)
    append.events.set(index, event)
    onStream.set(event.stream, id)
    return append
  }

  function release(id: string): readonly ArrivedEvent[] {
    const { events } = waiting.get(id)!
    waiting.delete(id)
    for (const { stream } of events.values()) onStream.delete(stream)
    return [...events.values()].sort((one, other) => one.append.index - other.append.index)
  }

  function letGo(id: string): readonly ArrivedEvent[] {
    broken.add(id)
    return release(id)
  }

  /** Maps keep the order of arrival. */
  function* overdue(nowMs: number): Iterable<string> {
    for (const [id, { sinceMs }] of waiting) {
      if (nowMs - sinceMs <= LET_GO_AFTER_MS) return
      yield id
    }
  }

  function place(event: ArrivedEvent): readonly (readonly ArrivedEvent[])[] {
    const { id, index, of } = event.append
    const before = onStream.get(event.stream)
    const others = before !== undefined && before !== id ? [letGo(before)] : []
    if (waiting.get(id)?.events.has(index)) others.push(letGo(id))
    if (of === 1 || broken.has(id)) return [...others, [event]]
    return wait(event).events.size < of ? others : [...others, release(id)]
  }

  return {
    take(arrival) {
      const groups = [...overdue(arrival.recordedMs)].map(letGo)
      if (arrival.is === 'event') return [...groups, ...place(arrival)]
      return waiting.has(arrival.append) ? [...groups, letGo(arrival.append)] : groups
    },
    waiting: () => [...waiting.keys()],
    isWaiting: ({ append: { id, index }, place }) => waiting.get(id)?.events.get(index)?.place === place,
    isBroken: (append) => broken.has(append),
  }
}
