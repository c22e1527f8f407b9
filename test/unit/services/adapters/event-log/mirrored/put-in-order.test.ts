import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Arrival, ArrivedEvent } from '../../../../../../services/adapters/event-log/mirrored/arrival.ts'
import { putInOrder } from '../../../../../../services/adapters/event-log/mirrored/put-in-order.ts'
import { eventId } from '../../../../../../services/ports/event-id.ts'

/** An event of an append, at a place of the server's log that is also the second it was recorded at. */
function arrived(append: string, index: number, of: number, stream: string, place: number): ArrivedEvent {
  const id = `00000000-0000-4000-8000-${append.padStart(12, '0')}`
  const none = { version: 1, data: '{}', timeMs: place, actor: null, correlationId: id, causationId: null }
  return {
    is: 'event',
    place,
    recordedMs: place * 1000,
    append: { id, index, of },
    id: eventId(id, index),
    stream,
    revision: place,
    type: 'ObjectReferenced',
    ...none,
  }
}
const letGo = (append: string, place: number): Arrival => ({
  is: 'let go',
  place,
  recordedMs: place * 1000,
  append: `00000000-0000-4000-8000-${append.padStart(12, '0')}`,
})

const placesOf = (arrivals: readonly Arrival[]) => {
  const ordering = putInOrder()
  return arrivals.flatMap((arrival) => ordering.take(arrival).map((group) => group.map(({ place }) => place)))
}

describe('events that are put in order', () => {
  it('come with all of their append, in its order, where the last of them came', () => {
    expect(
      placesOf([
        arrived('1', 1, 3, 'b', 1),
        arrived('2', 0, 1, 'x', 2),
        arrived('1', 0, 3, 'a', 3),
        arrived('1', 2, 3, 'c', 4),
      ]),
    ).toEqual([[2], [3, 1, 4]])
  })

  it('are let go when others come to their stream, and what is late comes by itself', () => {
    expect(
      placesOf([
        arrived('1', 0, 4, 'a', 1),
        arrived('1', 2, 4, 'c', 2),
        arrived('2', 0, 2, 'a', 3),
        arrived('1', 1, 4, 'b', 4),
        arrived('1', 3, 4, 'd', 5),
        arrived('2', 1, 2, 'x', 6),
      ]),
    ).toEqual([[1, 2], [4], [5], [3, 6]])
  })

  it('are let go by what the server records more than a minute later', () => {
    expect(placesOf([arrived('1', 0, 2, 'a', 1), arrived('2', 0, 1, 'x', 61)])).toEqual([[61]])
    expect(placesOf([arrived('1', 0, 2, 'a', 1), arrived('2', 0, 1, 'x', 62)])).toEqual([[1], [62]])
  })

  it('are let go when somebody says so, once', () => {
    expect(
      placesOf([
        arrived('1', 0, 2, 'a', 1),
        letGo('1', 2),
        letGo('1', 3),
        letGo('2', 4),
        arrived('1', 1, 2, 'b', 5),
      ]),
    ).toEqual([[1], [5]])
  })
})

type Script = readonly { readonly arrival: Arrival }[]

/** A server's log as racing, cut and late appends leave it: each append's events in some order, some of them never. */
const scripts: fc.Arbitrary<Script> = fc
  .array(
    fc.record({
      streams: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 5 }),
      delays: fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 5, maxLength: 5 }),
      cut: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      at: fc.integer({ min: 0, max: 200 }),
      toldAt: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 25 },
  )
  .map((appends) => {
    const timed = appends.flatMap(({ streams, delays, cut, at, toldAt }, n) => {
      const events = streams.flatMap((stream, index) =>
        cut[index] && index > 0 ? [] : [{ at: at + delays[index]!, stream, index, of: streams.length, n }],
      )
      return toldAt === undefined ? events : [...events, { at: toldAt, n, told: true as const }]
    })
    // A stream's events of one append are written in its order.
    const sorted = timed.toSorted((one, other) => one.at - other.at)
    const nextOf = new Map<string, number[]>()
    for (const one of sorted) {
      if ('told' in one) continue
      const key = `${one.n} ${one.stream}`
      nextOf.set(
        key,
        [...(nextOf.get(key) ?? []), one.index].sort((a, b) => a - b),
      )
    }
    return sorted.map((one, place) => {
      if ('told' in one) return { arrival: { ...letGo(String(one.n), place), recordedMs: one.at * 1000 } }
      const index = nextOf.get(`${one.n} ${one.stream}`)!.shift()!
      const event = arrived(String(one.n), index, one.of, one.stream, place)
      return { arrival: { ...event, recordedMs: one.at * 1000 } }
    })
  })

describe('whatever comes', () => {
  it('nothing is lost or doubled, each stream keeps its order, and whole appends stay whole', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const ordering = putInOrder()
        const groups = script.flatMap(({ arrival }) => ordering.take(arrival))
        const events = script.flatMap(({ arrival }) => (arrival.is === 'event' ? [arrival] : []))
        const out = groups.flat()
        const left = events.filter((event) => !out.includes(event))

        expect(new Set(out).size).toBe(out.length)
        expect(left.every(ordering.isWaiting)).toBe(true)
        for (const stream of new Set(events.map((event) => event.stream))) {
          const inLog = events.filter((event) => event.stream === stream).map(({ place }) => place)
          const inOrder = out.filter((event) => event.stream === stream).map(({ place }) => place)
          expect(inOrder).toEqual(inLog.slice(0, inOrder.length))
        }
        for (const group of groups) {
          expect(new Set(group.map(({ append }) => append.id)).size).toBe(1)
          const indexes = group.map(({ append }) => append.index)
          expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
        }
        for (const id of new Set(events.map(({ append }) => append.id))) {
          if (ordering.isBroken(id)) continue
          expect(groups.filter((group) => group[0]!.append.id === id).length).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('is put in the same order by who begins anew at any time with what was kept', () => {
    fc.assert(
      fc.property(scripts, fc.nat(), (script, cutAt) => {
        const arrivals = script.map(({ arrival }) => arrival)
        const one = putInOrder()
        const whole = arrivals.map((arrival) => one.take(arrival))

        const stop = cutAt % (arrivals.length + 1)
        const first = putInOrder()
        const before = arrivals.slice(0, stop).map((arrival) => first.take(arrival))
        const waiting = arrivals
          .slice(0, stop)
          .filter((arrival): arrival is ArrivedEvent => arrival.is === 'event' && first.isWaiting(arrival))
        const broken = new Set(arrivals.flatMap((a) => (a.is === 'event' ? [a.append.id] : [])))
        const second = putInOrder({
          waiting: JSON.parse(JSON.stringify(waiting)),
          broken: [...broken].filter(first.isBroken),
        })
        const after = arrivals.slice(stop).map((arrival) => second.take(arrival))

        expect([...before, ...after]).toEqual(whole)
      }),
    )
  })
})
