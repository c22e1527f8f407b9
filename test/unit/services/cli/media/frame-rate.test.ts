import { describe, expect, it } from 'vitest'
import { fraction } from '../../../../../services/cli/media/fraction.ts'
import { frameRateOf } from '../../../../../services/cli/media/frame-rate.ts'

/** What a clock of `timescale` makes of frames at an exact rate. */
const framesAt = (numerator: number, denominator: number, timescale: number, count: number) =>
  Array.from({ length: count }, (_, index) => Math.round((index * timescale * denominator) / numerator))

describe('the frame rate', () => {
  it.each([
    [25, 1, 90_000],
    [50, 1, 90_000],
    [24_000, 1001, 90_000],
    [30_000, 1001, 90_000],
    [60_000, 1001, 90_000],
    [30_000, 1001, 1_000],
    [24, 1, 12_288],
    [12, 1, 90_000],
  ])('is exactly %s/%s although the clock has %s ticks to a second', (numerator, denominator, timescale) => {
    const offsets = framesAt(numerator, denominator, timescale, 60)
    expect(frameRateOf(offsets, timescale, undefined)).toEqual({ numerator, denominator })
  })

  it('is made up from the distances where nobody uses it', () => {
    expect(frameRateOf([0, 13_000, 26_000], 90_000, undefined)).toEqual(fraction(90, 13))
  })

  it('is what the codec declares where frames are missing', () => {
    expect(frameRateOf([0, 3600, 10_800, 14_400], 90_000, fraction(25, 1))).toEqual(fraction(25, 1))
  })

  it('is what the codec declares where there is one frame only', () => {
    expect(frameRateOf([0], 90_000, fraction(25, 1))).toEqual(fraction(25, 1))
  })

  it('is not what the codec declares where the times say otherwise', () => {
    expect(frameRateOf(framesAt(50, 1, 90_000, 10), 90_000, fraction(25, 1))).toEqual(fraction(50, 1))
  })

  it('is none where frames come as they like', () => {
    expect(frameRateOf([0, 3600, 5000, 11_000], 90_000, undefined)).toBeUndefined()
  })

  it('is unknown for a lone frame that declares nothing', () => {
    expect(frameRateOf([0], 90_000, undefined)).toBeUndefined()
  })
})
