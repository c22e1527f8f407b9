import { describe, expect, it } from 'vitest'
import { percentile, ratiosOf, spreadOf } from '../../bench/statistics.ts'

describe('a spread', () => {
  it('has the least, the middle and the most, in whatever order the values came', () =>
    expect(spreadOf([30, 10, 20])).toEqual({ min: 10, median: 20, max: 30 }))

  it('has a median between the two in the middle of an even number of values', () =>
    expect(spreadOf([1, 2, 4, 100]).median).toBe(3))

  it('orders numbers as numbers', () => expect(spreadOf([9, 10, 100]).max).toBe(100))

  it('cannot be had of nothing', () => expect(() => spreadOf([])).toThrow())
})

describe('a percentile', () => {
  it('is interpolated between neighbours', () => expect(percentile([0, 10, 20, 30, 40], 0.6)).toBe(24))

  it('ends at the largest value', () => expect(percentile([1, 2, 3], 1)).toBe(3))

  it('of a single value is that value', () => expect(percentile([7], 0.99)).toBe(7))
})

describe('ratios', () => {
  it('are of rounds that came one after the other', () =>
    expect(ratiosOf([50, 30], [100, 120])).toEqual([0.5, 0.25]))

  it('need both values of each round', () => expect(() => ratiosOf([1, 2], [1])).toThrow())
})
