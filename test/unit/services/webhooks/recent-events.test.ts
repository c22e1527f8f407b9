import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PublicEvent } from '../../../../services/public-events/public-event.ts'
import { bytesOf, recentEvents } from '../../../../services/webhooks/recent-events.ts'

const ofFlow = (position: number, label = ''): PublicEvent => ({
  position,
  id: `event-${position}`,
  timeMs: 0,
  type: 'flows/updated',
  correlationId: 'request',
  context: { flow_id: 'flow', source_id: 'source' },
  told: { what: 'flow', json: JSON.stringify({ id: 'flow', label }) },
})

const BYTES = bytesOf(ofFlow(1))
const positionsOf = (events: readonly PublicEvent[] | undefined) => events?.map(({ position }) => position)

describe('the events that were handed out last', () => {
  it('are all there after a position, up to a limit', () => {
    const recent = recentEvents(10, 100 * BYTES)
    for (const position of [12, 13, 20]) recent.add(ofFlow(position))
    expect(positionsOf(recent.after(10, 9))).toStrictEqual([12, 13, 20])
    expect(positionsOf(recent.after(12, 9))).toStrictEqual([13, 20])
    expect(positionsOf(recent.after(12, 1))).toStrictEqual([13])
    expect(positionsOf(recent.after(20, 9))).toStrictEqual([])
    expect(recent.at(13)?.id).toBe('event-13')
    expect(recent.at(14)).toBeUndefined()
  })

  it('are not asked for what was before them', () => {
    const recent = recentEvents(10, 100 * BYTES)
    recent.add(ofFlow(12))
    expect(recent.after(9, 9)).toBeUndefined()
  })

  it('let go of the oldest when they take too much memory, and say so', () => {
    const recent = recentEvents(0, 3 * BYTES)
    for (const position of [1, 2, 3, 4, 5]) recent.add(ofFlow(position))
    expect(recent.at(2)).toBeUndefined()
    expect(recent.after(1, 9)).toBeUndefined()
    expect(positionsOf(recent.after(2, 9))).toStrictEqual([3, 4, 5])
  })

  it('have none that is larger than all of them may be', () => {
    const recent = recentEvents(0, 3 * BYTES)
    recent.add(ofFlow(1))
    recent.add(ofFlow(2, 'x'.repeat(4 * BYTES)))
    expect(recent.after(1, 9)).toBeUndefined()
    expect(positionsOf(recent.after(2, 9))).toStrictEqual([])
    recent.add(ofFlow(3))
    expect(positionsOf(recent.after(2, 9))).toStrictEqual([3])
  })

  it('begin anew where something else is wanted', () => {
    const recent = recentEvents(0, 100 * BYTES)
    for (const position of [1, 2]) recent.add(ofFlow(position))
    recent.startAfter(5)
    // What was wanted last is what counts.
    recent.startAfter(3)
    expect(recent.after(4, 9)).toBeUndefined()
    recent.add(ofFlow(7))
    expect(positionsOf(recent.after(5, 9))).toStrictEqual([7])
    expect(recent.at(2)).toBeUndefined()
  })

  it('are, however long it goes on, those that a list of all would give, or none', () => {
    const step = fc.record({
      skip: fc.nat(3),
      label: fc.nat(2_000),
      restarts: fc.integer({ max: 60, min: 0 }),
    })
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 200, size: 'max' }),
        fc.nat(500),
        (steps, asked) => {
          const maxBytes = 20 * BYTES
          const recent = recentEvents(0, maxBytes)
          let all: PublicEvent[] = []
          let position = 0
          for (const { skip, label, restarts } of steps) {
            position += 1 + skip
            if (restarts === 0) {
              recent.startAfter(position)
              all = []
              continue
            }
            const event = ofFlow(position, 'x'.repeat(label))
            recent.add(event)
            all.push(event)
          }
          const found = recent.after(asked, 50)
          const kept = all.filter((event) => recent.at(event.position) === event)
          expect(kept.reduce((sum, event) => sum + bytesOf(event), 0)).toBeLessThanOrEqual(maxBytes)
          expect(kept).toStrictEqual(all.slice(all.length - kept.length))
          if (found) expect(found).toStrictEqual(all.filter((each) => each.position > asked).slice(0, 50))
          else expect(asked).toBeLessThan(position)
        },
      ),
    )
  })
})
