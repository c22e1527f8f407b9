import { describe, expect, it } from 'vitest'
import { placesAway } from '../../../../services/copying/places-away.ts'

describe('a place that is away', () => {
  it('rests longer each time it fails, until it works', () => {
    const places = placesAway((failures) => failures * 100)
    expect(places.restOf('disk', 0)).toBe(0)
    places.failed('disk', 0)
    expect([places.restOf('disk', 30), places.restOf('disk', 100)]).toEqual([70, 0])
    places.failed('disk', 100)
    expect(places.restOf('disk', 100)).toBe(200)
    expect(places.restOf('shelf', 100)).toBe(0)
    places.worked('disk')
    expect(places.restOf('disk', 100)).toBe(0)
  })

  it('has failed once where several met it at the same time', () => {
    const places = placesAway((failures) => failures * 100)
    for (const nowMs of [0, 1, 2, 3]) places.failed('disk', nowMs)
    expect(places.restOf('disk', 0)).toBe(100)
  })
})
