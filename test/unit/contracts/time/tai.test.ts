import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { taiOf } from '../../../../contracts/time/tai.ts'
import { formatTimestamp } from '../../../../contracts/time/timestamp.ts'
import { nanoseconds } from '../../../support/instants.ts'
import { law } from './law.ts'

describe('the TAI of a UTC time', () => {
  it.each([
    ['2017-01-01T00:00:00.000Z', '1483228837:0'],
    ['2026-11-25T12:00:00.001Z', '1795608037:1000000'],
    ['2026-11-25T12:00:00.999Z', '1795608037:999000000'],
  ])('%s is %s', (utc, tai) => {
    expect(formatTimestamp(taiOf(Date.parse(utc)))).toBe(tai)
  })

  it('is 37 seconds on, to the nanosecond', () => {
    law(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), (utcMs) => {
      expect(nanoseconds(taiOf(utcMs))).toBe(BigInt(utcMs) * 1_000_000n + 37_000_000_000n)
    })
  })
})
