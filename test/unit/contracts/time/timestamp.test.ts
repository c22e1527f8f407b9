import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addTimestamps,
  compareTimestamps,
  formatTimestamp,
  InvalidTime,
  negateTimestamp,
  parseTimestamp,
  subtractTimestamps,
  type Timestamp,
} from '../../../../contracts/time/timestamp.ts'
import { law } from './law.ts'

const LIMIT_NS = 2n ** 48n * 1_000_000_000n

/** Often near the edges of a second and of the 48 bits, where mistakes are. */
const nanosecondsTotal = fc
  .oneof(
    fc.bigInt(-LIMIT_NS + 1n, LIMIT_NS - 1n),
    fc.bigInt(-3n, 3n),
    edgesOf(1_000_000_000n),
    edgesOf(LIMIT_NS),
  )
  .filter((total) => total > -LIMIT_NS && total < LIMIT_NS)
const timestamp = nanosecondsTotal.map(fromTotal)

describe('reading a timestamp', () => {
  it.each<[text: string, seconds: number, nanoseconds: number]>([
    ['0:0', 0, 0],
    ['1:40000000', 1, 40_000_000],
    ['1694429247:40000000', 1_694_429_247, 40_000_000],
    ['0:999999999', 0, 999_999_999],
    ['10:10', 10, 10],
    ['-0:0', 0, 0],
    ['-1:0', -1, 0],
    ['-0:5', -1, 999_999_995],
    ['-1:5', -2, 999_999_995],
    ['-1:999999999', -2, 1],
    ['281474976710655:999999999', 2 ** 48 - 1, 999_999_999],
    ['-281474976710655:0', -(2 ** 48) + 1, 0],
    ['-281474976710655:999999999', -(2 ** 48), 1],
  ])('takes %s exactly', (text, seconds, nanoseconds) => {
    expect(parseTimestamp(text)).toStrictEqual({ seconds, nanoseconds })
  })

  const malformed = /expected \{sign\?\}\{seconds\}:\{nanoseconds\}/
  const tooBig = /do not fit into 48 bits/
  it.each<[text: string, complaint: RegExp]>([
    ['', malformed],
    ['1', malformed],
    [':', malformed],
    ['1:', malformed],
    [':1', malformed],
    ['-:1', malformed],
    ['1:-1', malformed],
    ['--1:0', malformed],
    ['+1:0', malformed],
    ['1:0:0', malformed],
    [' 1:0', malformed],
    ['1:0\n', malformed],
    ['1.5:0', malformed],
    ['1e3:0', malformed],
    ['0x1:0', malformed],
    ['١:0', malformed],
    ['1:0_2:0', malformed],
    ['01:0', /leading zeros/],
    ['00:0', /leading zeros/],
    ['-01:0', /leading zeros/],
    ['1:00', /leading zeros/],
    ['1:040000000', /leading zeros/],
    ['1:1000000000', /nanoseconds end at 999999999/],
    ['1:9999999999', /nanoseconds end at 999999999/],
    ['281474976710656:0', tooBig],
    ['-281474976710656:0', tooBig],
    ['999999999999999:0', tooBig],
    ['1000000000000000:0', tooBig],
  ])('refuses %j and says why', (text, complaint) => {
    expect(() => parseTimestamp(text)).toThrow(InvalidTime)
    expect(() => parseTimestamp(text)).toThrow(complaint)
  })

  it('shows only the beginning of a text that is far too long', () => {
    const parse = () => parseTimestamp('7'.repeat(1_000_000))
    expect(parse).toThrow(InvalidTime)
    expect(parse).toThrow(/^.{1,200}$/)
  })

  it('gives back every value it has written', () => {
    law(timestamp, (t) => expect(parseTimestamp(formatTimestamp(t))).toStrictEqual(t))
  })

  it('writes every text it has read as it was, but for the sign of zero', () => {
    expect(formatTimestamp(parseTimestamp('-0:0'))).toBe('0:0')
    const text = fc
      .tuple(fc.boolean(), fc.nat(), fc.nat({ max: 999_999_999 }))
      .map(([isNegative, seconds, nanoseconds]) => `${isNegative ? '-' : ''}${seconds}:${nanoseconds}`)
      .filter((written) => written !== '-0:0')
    law(text, (written) => expect(formatTimestamp(parseTimestamp(written))).toBe(written))
  })
})

describe('the order of timestamps', () => {
  it('is the order of the times they stand for', () => {
    law(fc.tuple(timestamp, timestamp), ([a, b]) => {
      expect(Math.sign(compareTimestamps(a, b))).toBe(
        Number(totalOf(a) > totalOf(b)) - Number(totalOf(a) < totalOf(b)),
      )
    })
  })
})

describe('timestamp arithmetic', () => {
  it.each<
    [name: string, got: (a: Timestamp, b: Timestamp) => Timestamp, wanted: (a: bigint, b: bigint) => bigint]
  >([
    ['addition', addTimestamps, (a, b) => a + b],
    ['subtraction', subtractTimestamps, (a, b) => a - b],
    ['negation', negateTimestamp, (a) => -a],
  ])('is exact in %s, and refuses what leaves 48 bits of seconds', (_, got, wanted) => {
    law(fc.tuple(timestamp, timestamp), ([a, b]) => {
      const total = wanted(totalOf(a), totalOf(b))
      if (total > -LIMIT_NS && total < LIMIT_NS) expect(got(a, b)).toStrictEqual(fromTotal(total))
      else expect(() => got(a, b)).toThrow(InvalidTime)
    })
  })

  it('refuses one nanosecond beyond the last time there is', () => {
    const last = parseTimestamp('281474976710655:999999999')
    expect(() => addTimestamps(last, parseTimestamp('0:1'))).toThrow(InvalidTime)
    expect(() => subtractTimestamps(negateTimestamp(last), parseTimestamp('0:1'))).toThrow(InvalidTime)
  })
})

function totalOf({ seconds, nanoseconds }: Timestamp): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
}

function fromTotal(total: bigint): Timestamp {
  const nanoseconds = ((total % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  return { seconds: Number((total - nanoseconds) / 1_000_000_000n), nanoseconds: Number(nanoseconds) }
}

function edgesOf(unit: bigint): fc.Arbitrary<bigint> {
  return fc.tuple(fc.bigInt(-2n, 2n), fc.bigInt(-2n, 2n)).map(([units, off]) => units * unit + off)
}
