import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareEnds, compareStarts } from '../../../../contracts/time/bound.ts'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../../../../contracts/time/timerange.ts'
import {
  covers,
  extentOf,
  intersect,
  meets,
  overlaps,
  shiftRange,
  subtractRange,
} from '../../../../contracts/time/timerange-algebra.ts'
import { InvalidTime, negateTimestamp, parseTimestamp } from '../../../../contracts/time/timestamp.ts'
import { law } from './law.ts'
import { bitsOf, countedRange, runsOf } from './small-timeline.ts'

const range = parseTimeRange
const lawOfTwo = (check: (a: TimeRange, b: TimeRange, aBits: number, bBits: number) => void) =>
  law(fc.tuple(countedRange, countedRange), ([a, b]) => check(a.range, b.range, a.bits, b.bits), 1000)

describe('overlap', () => {
  it.each<[a: string, b: string, overlapping: boolean]>([
    ['[1:0_2:0)', '[2:0]', false],
    ['[1:0_2:0]', '[2:0]', true],
    ['[1:0_2:0)', '[2:0_3:0)', false],
    ['[1:0_2:0]', '[2:0_3:0)', true],
    ['[1:0_2:0]', '(2:0_3:0)', false],
    ['[1:0_2:0)', '(2:0_3:0)', false],
    ['[1:0_2:0)', '[1:999999999]', true],
    ['(1:0_1:1)', '(1:0_1:1)', true],
    ['[2:0]', '[2:0]', true],
    ['_', '[2:0]', true],
    ['_2:0)', '[2:0_', false],
    ['_', '()', false],
    ['()', '()', false],
  ])('of %s and %s: %s, either way', (a, b, overlapping) => {
    expect([overlaps(range(a), range(b)), overlaps(range(b), range(a))]).toStrictEqual([
      overlapping,
      overlapping,
    ])
  })

  it('is to have some time in common', () => {
    lawOfTwo((a, b, aBits, bBits) => expect(overlaps(a, b)).toBe((aBits & bBits) !== 0))
  })
})

describe('intersection', () => {
  it('is the time in common', () => {
    lawOfTwo((a, b, aBits, bBits) => expect(bitsOf(intersect(a, b))).toBe(aBits & bBits))
  })

  it('does not depend on the order', () => {
    lawOfTwo((a, b) => expect(intersect(a, b)).toStrictEqual(intersect(b, a)))
  })

  it('is covered by both, and empty exactly where they do not overlap', () => {
    lawOfTwo((a, b) => {
      const common = intersect(a, b)
      expect([covers(a, common), covers(b, common)]).toStrictEqual([true, true])
      expect(common.kind === 'range').toBe(overlaps(a, b))
    })
  })
})

describe('covering', () => {
  it('is to have all the time of the other', () => {
    lawOfTwo((a, b, aBits, bBits) => expect(covers(a, b)).toBe((bBits & ~aBits) === 0))
  })
})

describe('meeting', () => {
  it.each<[a: string, b: string, meeting: boolean]>([
    ['[1:0_2:0)', '[2:0_3:0)', true],
    ['[1:0_2:0]', '(2:0_3:0)', true],
    ['[1:0_2:0)', '[2:0]', true],
    ['[2:0]', '(2:0_3:0)', true],
    ['[2:0_3:0)', '[1:0_2:0)', false],
    ['[1:0_2:0)', '(2:0_3:0)', false],
    ['[1:0_2:0]', '[2:0_3:0)', false],
    ['[1:0_2:0)', '[2:1_3:0)', false],
    ['_2:0)', '[2:0_', true],
    ['()', '()', false],
    ['_', '_', false],
  ])('%s, then %s: %s', (a, b, meeting) => expect(meets(range(a), range(b))).toBe(meeting))

  it('leaves no overlap and no gap', () => {
    const neighbours = fc.tuple(countedRange, countedRange).filter(([a, b]) => meets(a.range, b.range))
    law(neighbours, ([a, b]) => {
      expect(a.bits & b.bits).toBe(0)
      expect(bitsOf(extentOf([a.range, b.range]))).toBe(a.bits | b.bits)
    })
  })

  it('is what every two make that touch without overlap, in that order', () => {
    lawOfTwo((a, b, aBits, bBits) => {
      const isDisjointAndWhole =
        aBits !== 0 && bBits !== 0 && (aBits & bBits) === 0 && runsOf(aBits | bBits).length === 1
      expect(meets(a, b) || meets(b, a)).toBe(isDisjointAndWhole)
      expect(meets(a, b)).toBe(isDisjointAndWhole && aBits < bBits)
    })
  })
})

describe('extent', () => {
  it('of nothing is empty', () => {
    expect(formatTimeRange(extentOf([]))).toBe('()')
    expect(formatTimeRange(extentOf([range('()'), range('()')]))).toBe('()')
  })

  it('spans gaps, in any order', () => {
    expect(formatTimeRange(extentOf([range('(7:0_9:0]'), range('()'), range('[1:0]')]))).toBe('[1:0_9:0]')
  })

  it('covers them all, and nothing smaller does', () => {
    law(fc.array(countedRange, { maxLength: 4 }), (ranges) => {
      const all = ranges.reduce((bits, each) => bits | each.bits, 0)
      expect(bitsOf(extentOf(ranges.map((each) => each.range)))).toBe(filled(all))
    })
  })
})

describe('subtraction', () => {
  it.each<[a: string, b: string, left: string[]]>([
    ['[1:0_5:0)', '[2:0_3:0)', ['[1:0_2:0)', '[3:0_5:0)']],
    ['[1:0_5:0)', '(2:0_3:0]', ['[1:0_2:0]', '(3:0_5:0)']],
    ['[1:0_5:0)', '[2:0]', ['[1:0_2:0)', '(2:0_5:0)']],
    ['[1:0_5:0]', '[1:0_5:0)', ['[5:0]']],
    ['[1:0_5:0)', '_', []],
    ['[1:0_5:0)', '()', ['[1:0_5:0)']],
    ['[1:0_5:0)', '[5:0_6:0)', ['[1:0_5:0)']],
    ['_', '[0:0]', ['_0:0)', '(0:0_']],
    ['()', '_', []],
  ])('of %s without %s leaves %j', (a, b, left) => {
    expect(subtractRange(range(a), range(b)).map(formatTimeRange)).toStrictEqual(left)
  })

  it('leaves what is in the one and not in the other, in order', () => {
    lawOfTwo((a, b, aBits, bBits) =>
      expect(subtractRange(a, b).map(bitsOf)).toStrictEqual(runsOf(aBits & ~bBits)),
    )
  })
})

describe('shifting', () => {
  it('moves both bounds, keeps their clusivity and leaves unbounded sides alone', () => {
    const by = parseTimestamp('-1:999999999')
    expect(
      ['(1:0_2:5]', '[0:0]', '_3:0)', '_', '()'].map((text) => formatTimeRange(shiftRange(range(text), by))),
    ).toStrictEqual(['(-0:999999999_0:6]', '[-1:999999999]', '_1:1)', '_', '()'])
  })

  it('is undone by shifting back', () => {
    const by = fc.integer().map((seconds) => ({ seconds, nanoseconds: 999_999_999 }))
    law(fc.tuple(countedRange, by), ([counted, offset]) => {
      expect(shiftRange(shiftRange(counted.range, offset), negateTimestamp(offset))).toStrictEqual(
        counted.range,
      )
    })
  })

  it('refuses to leave the 48 bits of TAMS seconds', () => {
    const shift = () => shiftRange(range('[281474976710655:0_'), parseTimestamp('1:0'))
    expect(shift).toThrow(InvalidTime)
  })
})

describe('the order of bounds', () => {
  it('of starts is that of where ranges begin, and of ends that of where they finish', () => {
    lawOfTwo((a, b, aBits, bBits) => {
      if (a.kind === 'empty' || b.kind === 'empty') return
      expect(Math.sign(compareStarts(a.start, b.start))).toBe(Math.sign(lowest(aBits) - lowest(bBits)))
      expect(Math.sign(compareEnds(a.end, b.end))).toBe(Math.sign(highest(aBits) - highest(bBits)))
    })
  })
})

function lowest(bits: number): number {
  return bits & -bits
}

function highest(bits: number): number {
  return 31 - Math.clz32(bits)
}

function filled(bits: number): number {
  return bits === 0 ? 0 : 2 ** (highest(bits) + 1) - lowest(bits)
}
