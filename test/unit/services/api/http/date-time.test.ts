import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dateTime } from '../../../../../services/api/http/date-time.ts'

describe('a time in an answer', () => {
  it('is ISO 8601 in UTC, with milliseconds, whatever time was written before', () => {
    const times = fc.array(fc.integer({ min: -62_000_000_000_000, max: 250_000_000_000_000 }), {
      minLength: 2,
    })
    const close = fc
      .tuple(fc.nat({ max: 1_800_000_000_000 }), fc.array(fc.nat({ max: 120_000 })))
      .map(([first, steps]) => steps.map((step) => first + step))
    fc.assert(
      fc.property(fc.oneof(times, close), (all) => {
        expect(all.map(dateTime)).toStrictEqual(all.map((ms) => new Date(ms).toISOString()))
      }),
    )
  })
})
