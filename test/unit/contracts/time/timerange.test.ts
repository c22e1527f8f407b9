import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EMPTY,
  ETERNITY,
  formatTimeRange,
  instantRange,
  isEmpty,
  isInstant,
  parseTimeRange,
  rangeBetween,
  startsInclusive,
} from '../../../../contracts/time/timerange.ts'
import { InvalidTime, parseTimestamp } from '../../../../contracts/time/timestamp.ts'
import { law } from './law.ts'
import { bitsOf, countedRange } from './small-timeline.ts'

describe('reading a timerange', () => {
  it.each<[text: string, canonical: string]>([
    ['[0:0_10:0)', '[0:0_10:0)'],
    ['(0:0_10:0]', '(0:0_10:0]'],
    ['(0:0_10:0)', '(0:0_10:0)'],
    ['[0:0_10:0]', '[0:0_10:0]'],
    ['[-10:5_-0:5)', '[-10:5_-0:5)'],
    ['[-0:0_0:1)', '[0:0_0:1)'],
    // A marker left out is inclusive.
    ['0:0_10:0', '[0:0_10:0]'],
    ['0:0_10:0)', '[0:0_10:0)'],
    ['(0:0_10:0', '(0:0_10:0]'],
    // A timestamp left out is no bound, whatever marker is there.
    ['[5:0_', '[5:0_'],
    ['(5:0_', '(5:0_'],
    ['5:0_', '[5:0_'],
    ['[5:0_)', '[5:0_'],
    ['(5:0_]', '(5:0_'],
    ['_5:0)', '_5:0)'],
    ['_5:0', '_5:0]'],
    ['[_5:0)', '_5:0)'],
    ['(_5:0]', '_5:0]'],
    ['_', '_'],
    ['(_)', '_'],
    ['[_]', '_'],
    ['[_)', '_'],
    ['(_', '_'],
    ['_]', '_'],
    // One timestamp alone is an instant.
    ['[5:0]', '[5:0]'],
    ['5:0', '[5:0]'],
    ['[5:0', '[5:0]'],
    ['5:0]', '[5:0]'],
    ['-0:5', '[-0:5]'],
    ['[5:0_5:0]', '[5:0]'],
    ['5:0_5:0', '[5:0]'],
    // Nothing between the brackets, or nothing in the range.
    ['', '()'],
    ['()', '()'],
    ['[]', '()'],
    ['[)', '()'],
    ['(]', '()'],
    ['[', '()'],
    [')', '()'],
    ['[2:0_2:0)', '()'],
    ['(1:0_1:0]', '()'],
    ['(1:0_1:0)', '()'],
  ])('understands %j as %s', (text, canonical) => {
    expect(formatTimeRange(parseTimeRange(text))).toBe(canonical)
    expect(parseTimeRange(canonical)).toStrictEqual(parseTimeRange(text))
  })

  it('keeps both bounds and their clusivity exactly', () => {
    expect(parseTimeRange('[-0:5_281474976710655:999999999)')).toStrictEqual({
      kind: 'range',
      start: { at: { seconds: -1, nanoseconds: 999_999_995 }, inclusive: true },
      end: { at: { seconds: 281_474_976_710_655, nanoseconds: 999_999_999 }, inclusive: false },
    })
  })

  const malformed = /is not a timestamp: expected/
  const cannotExclude = /a single timestamp cannot be excluded from itself/
  const inverted = /cannot end \(1:0\) before it starts \(5:0\)/
  it.each<[text: string, complaint: RegExp]>([
    ['(5:0)', cannotExclude],
    ['[5:0)', cannotExclude],
    ['(5:0]', cannotExclude],
    ['(5:0', cannotExclude],
    ['5:0)', cannotExclude],
    ['[5:0_1:0)', inverted],
    ['(5:0_1:0)', inverted],
    ['5:0_1:0', inverted],
    ['1:0_2:0_3:0', malformed],
    ['__', malformed],
    ['[1:0__2:0)', malformed],
    ['[1_2)', malformed],
    ['[[1:0_2:0)', malformed],
    ['[1:0_2:0))', malformed],
    [']1:0_2:0[', malformed],
    [')(', malformed],
    ['[ 1:0_2:0)', malformed],
    ['[1:0_2:0) ', malformed],
    ['[1:0-2:0)', malformed],
    ['{1:0_2:0}', malformed],
    ['eternity', malformed],
    ['[01:0_2:0)', /leading zeros/],
    ['[1:0_2:1000000000)', /nanoseconds end at 999999999/],
    ['[1:0_281474976710656:0)', /do not fit into 48 bits/],
  ])('refuses %j and says why', (text, complaint) => {
    expect(() => parseTimeRange(text)).toThrow(InvalidTime)
    expect(() => parseTimeRange(text)).toThrow(complaint)
  })

  it('stands for the times its text speaks of', () => {
    law(countedRange, ({ range, bits }) => expect(bitsOf(range)).toBe(bits))
  })

  it('gives back every value it has written', () => {
    law(countedRange, ({ range }) => expect(parseTimeRange(formatTimeRange(range))).toStrictEqual(range))
  })

  const schema = new URL('../../../../../shared/reference/tams-8.2/schemas/timerange.json', import.meta.url)
  it.skipIf(!existsSync(schema))(
    'accepts nothing that the TAMS schema does not, and refuses no more than it says',
    () => {
      const { pattern } = JSON.parse(readFileSync(schema, 'utf8'))
      const schemaPattern = new RegExp(pattern)
      const ownRefusals = /excluded from itself|before it starts|48 bits/
      const pieces = fc.constantFrom(...'[ ( ] ) _ : - 0 00 1 7:0 -3:9 12345678901'.split(' '), ' ')
      law(
        fc.array(pieces, { maxLength: 7 }),
        (parts) => {
          const text = parts.join('')
          const complaint = complaintOf(() => parseTimeRange(text))
          if (complaint === undefined) expect(text).toMatch(schemaPattern)
          else expect(!schemaPattern.test(text) || ownRefusals.test(complaint), text).toBe(true)
        },
        5000,
      )
    },
  )
})

describe('a range between two bounds', () => {
  const at = (text: string, inclusive: boolean) => ({ at: parseTimestamp(text), inclusive })

  it('is eternity without bounds', () => expect(rangeBetween(null, null)).toStrictEqual(ETERNITY))

  it('is empty where one bound excludes the instant at which both are', () => {
    expect(rangeBetween(at('1:0', true), at('1:0', false))).toStrictEqual(EMPTY)
    expect(rangeBetween(at('1:0', false), at('1:0', true))).toStrictEqual(EMPTY)
  })

  it('is an instant where both include it', () => {
    expect(rangeBetween(at('1:0', true), at('1:0', true))).toStrictEqual(instantRange(parseTimestamp('1:0')))
  })

  it('is refused where the end is before the start', () => {
    expect(() => rangeBetween(at('1:0', true), at('0:999999999', true))).toThrow(InvalidTime)
  })
})

describe('what a timerange is', () => {
  it.each<[text: string, empty: boolean, instant: boolean, includesStart: boolean]>([
    ['()', true, false, false],
    ['[1:0_1:0)', true, false, false],
    ['_', false, false, false],
    ['_1:0]', false, false, false],
    ['[1:0_', false, false, true],
    ['(1:0_2:0]', false, false, false],
    ['[1:0_2:0)', false, false, true],
    ['[1:0]', false, true, true],
    ['[1:0_1:1]', false, false, true],
  ])('%s: empty %s, an instant %s, with its start %s', (text, empty, instant, includesStart) => {
    const range = parseTimeRange(text)
    expect([isEmpty(range), isInstant(range), startsInclusive(range)]).toStrictEqual([
      empty,
      instant,
      includesStart,
    ])
  })
})

function complaintOf(parse: () => unknown): string | undefined {
  try {
    parse()
    return undefined
  } catch (error) {
    if (error instanceof InvalidTime) return error.message
    throw error
  }
}
