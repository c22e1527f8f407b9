import { describe, expect, it } from 'vitest'
import { timerangeRow } from '../../../../../projections/vast/tables/time-columns.ts'

const NOWHERE = {
  start_s: null,
  start_ns: null,
  end_s: null,
  end_ns: null,
  end_inclusive: null,
  start: null,
  end: null,
  duration: null,
  start_utc: null,
  end_utc: null,
}

describe('a timerange in columns', () => {
  it('has both ends as integers and as decimals, its length, and UTC for people', () => {
    const start = { seconds: 1_764_115_237, nanoseconds: 900_000_001 }
    const end = { seconds: 1_764_115_239, nanoseconds: 100_000_000 }
    expect(timerangeRow('[1764115237:900000001_1764115239:100000000)')).toEqual({
      timerange: '[1764115237:900000001_1764115239:100000000)',
      start_s: start.seconds,
      start_ns: start.nanoseconds,
      end_s: end.seconds,
      end_ns: end.nanoseconds,
      end_inclusive: false,
      start,
      end,
      duration: { seconds: 1, nanoseconds: 199_999_999 },
      start_utc: Date.UTC(2025, 10, 26) * 1000 + 900_000,
      end_utc: Date.UTC(2025, 10, 26, 0, 0, 2) * 1000 + 100_000,
    })
  })

  it('is exact over all of time, where no calendar goes', () => {
    const row = timerangeRow('[-281474976710655:0_281474976710655:5]')
    expect(row).toMatchObject({
      start: { seconds: -(2 ** 48) + 1, nanoseconds: 0 },
      end_inclusive: true,
      duration: { seconds: 2 ** 49 - 2, nanoseconds: 5 },
      start_utc: null,
      end_utc: null,
    })
  })

  it('counts the microseconds of every year that a calendar has', () => {
    expect(timerangeRow('[253402300836:999999999]').start_utc).toBe(253_402_300_799_999_999n)
    expect(timerangeRow('[253402300837:0]').start_utc).toBe(null)
  })

  it('has a lower and an upper end each where it has one', () => {
    expect(timerangeRow('(5:1_')).toEqual({
      ...NOWHERE,
      timerange: '(5:1_',
      start_s: 5,
      start_ns: 1,
      start: { seconds: 5, nanoseconds: 1 },
      start_utc: -32_000_000,
    })
  })

  it.each([
    ['()', '()'],
    [null, null],
    [undefined, null],
  ])('of %s is nowhere', (text, timerange) => {
    expect(timerangeRow(text)).toEqual({ ...NOWHERE, timerange })
  })
})
