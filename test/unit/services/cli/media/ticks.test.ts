import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTimestamp } from '../../../../../contracts/time/timestamp.ts'
import { timestampOfTicks } from '../../../../../services/cli/media/ticks.ts'

describe('container time as TAMS time', () => {
  it.each([
    [0n, 90_000, '0:0'],
    [90_000n, 90_000, '1:0'],
    [1n, 90_000, '0:11111'],
    [5n, 90_000, '0:55556'],
    [-1n, 90_000, '-0:11111'],
    [1001n, 30_000, '0:33366667'],
    [-1024n, 48_000, '-0:21333333'],
    [2n ** 33n, 90_000, '95443:717688889'],
    [17_000_000_000_123_456_789n, 10_000_000, '1700000000012:345678900'],
    [1n, 2_000_000_000, '0:1'],
  ])('has %s ticks of 1/%s s at %s', (ticks, timescale, expected) => {
    expect(formatTimestamp(timestampOfTicks(ticks, timescale))).toBe(expected)
  })

  it('lets the tick be recovered', () => {
    const tick = fc.bigInt({ min: -(2n ** 40n), max: 2n ** 40n })
    fc.assert(
      fc.property(tick, fc.integer({ min: 1, max: 10_000_000 }), (ticks, timescale) => {
        const { seconds, nanoseconds } = timestampOfTicks(ticks, timescale)
        const doubled = 2n * (BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)) * BigInt(timescale)
        const error = doubled - 2n * ticks * 1_000_000_000n
        expect(error <= BigInt(timescale) && error >= -BigInt(timescale)).toBe(true)
      }),
    )
  })
})
