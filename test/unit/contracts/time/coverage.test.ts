import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Coverage,
  cover,
  coverageFromJson,
  coverageToJson,
  emptyCoverage,
  overlapWith,
  rangesOf,
  uncover,
} from '../../../../contracts/time/coverage.ts'
import { formatTimeRange, parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { InvalidTime } from '../../../../contracts/time/timestamp.ts'
import { law } from './law.ts'
import { bitsOf, countedRange, runsOf } from './small-timeline.ts'

const covering = (...texts: string[]) => coverageFromJson(texts)
const clash = (coverage: Coverage, text: string) => {
  const range = overlapWith(coverage, parseTimeRange(text))
  return range && formatTimeRange(range)
}

describe('covering', () => {
  it.each<[before: string[], range: string, after: string[]]>([
    [[], '[0:0_1:0)', ['[0:0_1:0)']],
    [['[0:0_1:0)'], '[1:0_2:0)', ['[0:0_2:0)']],
    [['[1:0_2:0)'], '[0:0_1:0)', ['[0:0_2:0)']],
    [['[0:0_1:0)'], '[1:0]', ['[0:0_1:0]']],
    [['[0:0_1:0)'], '(1:0_2:0)', ['[0:0_1:0)', '(1:0_2:0)']],
    [['[0:0_1:0)', '(1:0_2:0)'], '[1:0]', ['[0:0_2:0)']],
    [['[0:0_1:0)'], '[1:1_2:0)', ['[0:0_1:0)', '[1:1_2:0)']],
    [['[0:0_1:0)', '[2:0_3:0)'], '[0:0_3:0]', ['[0:0_3:0]']],
    [['[0:0_3:0)'], '[1:0_2:0)', ['[0:0_3:0)']],
    [['[0:0_1:0)', '[2:0_3:0)', '[4:0_5:0)'], '[2:5_4:0)', ['[0:0_1:0)', '[2:0_5:0)']],
    [['[0:0_1:0)'], '()', ['[0:0_1:0)']],
    [['[0:0_1:0)', '[2:0_'], '_', ['_']],
    [['_0:0)'], '[0:0_', ['_']],
  ])('%j with %s too is %j', (before, range, after) => {
    expect(coverageToJson(cover(covering(...before), parseTimeRange(range)))).toStrictEqual(after)
  })

  it('gives the same value back where nothing is new', () => {
    const coverage = covering('[0:0_3:0)', '[4:0_5:0)')
    for (const text of ['[0:0_3:0)', '(1:0_2:0]', '[4:0]', '()']) {
      expect(cover(coverage, parseTimeRange(text))).toBe(coverage)
    }
  })

  it('keeps a year of contiguous segments as one range', () => {
    let coverage = emptyCoverage
    for (let second = 0; second < 100_000; second += 1) {
      coverage = cover(coverage, parseTimeRange(`[${second}:40000000_${second + 1}:40000000)`))
    }
    expect(coverage).toStrictEqual(covering('[0:40000000_100000:40000000)'))
  })
})

describe('uncovering', () => {
  it.each<[before: string[], range: string, after: string[]]>([
    [['[0:0_5:0)'], '[1:0_2:0)', ['[0:0_1:0)', '[2:0_5:0)']],
    [['[0:0_5:0)'], '[1:0]', ['[0:0_1:0)', '(1:0_5:0)']],
    [['[0:0_5:0)'], '[0:0_5:0)', []],
    [['[0:0_5:0]'], '[0:0_5:0)', ['[5:0]']],
    [['[0:0_5:0)'], '[5:0_6:0)', ['[0:0_5:0)']],
    [['[0:0_1:0)', '[2:0_3:0)', '[4:0_5:0)'], '(0:5_4:5]', ['[0:0_0:5]', '(4:5_5:0)']],
    [['_'], '[0:0_1:0)', ['_0:0)', '[1:0_']],
    [['[0:0_1:0)'], '()', ['[0:0_1:0)']],
    [[], '_', []],
  ])('of %j without %s leaves %j', (before, range, after) => {
    expect(coverageToJson(uncover(covering(...before), parseTimeRange(range)))).toStrictEqual(after)
  })

  it('gives the same value back where there was nothing', () => {
    const coverage = covering('[0:0_1:0)', '[2:0_3:0)')
    expect(uncover(coverage, parseTimeRange('[1:0_2:0)'))).toBe(coverage)
  })
})

describe('looking for a clash', () => {
  const coverage = covering('[0:0_1:0)', '[2:0_3:0]', '[5:0]')

  it.each<[range: string, found: string | undefined]>([
    ['[1:0_2:0)', undefined],
    ['[1:0_2:0]', '[2:0_3:0]'],
    ['[3:0_4:0)', '[2:0_3:0]'],
    ['(3:0_5:0)', undefined],
    ['[5:0_6:0)', '[5:0]'],
    ['(5:0_', undefined],
    ['_0:0)', undefined],
    ['_0:0]', '[0:0_1:0)'],
    ['_', '[0:0_1:0)'],
    ['()', undefined],
  ])('with %s finds %s', (range, found) => expect(clash(coverage, range)).toBe(found))
})

describe('a saved coverage', () => {
  it('is read back as it was', () => {
    const coverage = covering('_-7:0)', '[0:0_1:0)', '(1:0_2:0)', '[5:0]', '(281474976710655:999999998_')
    const saved = JSON.parse(JSON.stringify(coverageToJson(coverage)))
    expect(coverageFromJson(saved)).toStrictEqual(coverage)
  })

  it('is refused where it holds what is no timerange', () => {
    expect(() => coverageFromJson(['[0:0_1:0)', 'nonsense'])).toThrow(InvalidTime)
  })
})

describe('coverage, against counting', () => {
  it('is what was covered and not uncovered since, whatever the clusivities', () => {
    const step = fc.record({ isCover: fc.boolean(), counted: countedRange })
    law(
      fc.tuple(fc.array(step, { maxLength: 12 }), countedRange),
      ([steps, query]) => {
        let coverage = emptyCoverage
        let bits = 0
        for (const { isCover, counted } of steps) {
          coverage = (isCover ? cover : uncover)(coverage, counted.range)
          bits = isCover ? bits | counted.bits : bits & ~counted.bits
        }
        const runs = runsOf(bits)
        expect(Array.from(rangesOf(coverage), bitsOf)).toStrictEqual(runs)
        const found = overlapWith(coverage, query.range)
        expect(found && bitsOf(found)).toBe(runs.find((run) => (run & query.bits) !== 0))
      },
      1000,
    )
  })

  it('is as compact after most of it has gone, from either end', () => {
    const instants = Array.from({ length: 10_000 }, (_, second) => parseTimeRange(`[${second}:0]`))
    const most = instants.filter((_, second) => second % 10 !== 0)
    for (const gone of [most, most.toReversed()]) {
      const full = instants.reduce(cover, emptyCoverage)
      expectCompact(full)
      const thinned = gone.reduce(uncover, full)
      expectCompact(thinned)
      expect(Array.from(rangesOf(thinned))).toStrictEqual(instants.filter((_, second) => second % 10 === 0))
    }
  })

  it('stays right, compact and unchanged by later edits with thousands of separate ranges', () => {
    law(fc.noBias(fc.integer()), editAtRandom, 4)
  })
})

/** Fills a timeline of 50 000 seconds with holes, then empties most of it, and keeps a flag for each second beside. */
function editAtRandom(seed: number): void {
  const random = randomNumbers(seed)
  const flags = new Uint8Array(50_000)
  const versions: [coverage: Coverage, ranges: string[]][] = []
  let coverage = emptyCoverage
  for (let edit = 0; edit < 20_000; edit += 1) {
    const first = random(flags.length)
    const end = Math.min(first + (random(2000) === 0 ? 12_000 : 1 + random(3)), flags.length)
    const range = parseTimeRange(`[${first}:0_${end}:0)`)
    expect(overlapWith(coverage, range) !== undefined).toBe(flags.subarray(first, end).includes(1))
    const isCover = random(20) < (edit < 10_000 ? 12 : 4)
    coverage = (isCover ? cover : uncover)(coverage, range)
    flags.fill(Number(isCover), first, end)
    if (edit % 2500 === 2499) {
      versions.push([coverage, flaggedRanges(flags)])
      expectCompact(coverage)
    }
  }
  for (const [version, ranges] of versions) expect(coverageToJson(version)).toStrictEqual(ranges)
}

/** What bounds the cost of an edit: chunks are neither long nor many for the ranges there are. */
function expectCompact({ sealed, tail }: Coverage): void {
  for (const chunk of [...sealed, tail]) expect(chunk.length / 4).toBeLessThanOrEqual(256)
  for (const chunk of sealed) expect(chunk.length / 4).toBeGreaterThanOrEqual(64)
}

/** Whole numbers below the one asked for (mulberry32). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function flaggedRanges(flags: Uint8Array): string[] {
  const runs = flags.toString().replaceAll(',', '').matchAll(/1+/g)
  return Array.from(runs, ({ index, 0: run }) => `[${index}:0_${index + run.length}:0)`)
}
