import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { facetRanges, timeFacets, windowOf } from '../../../../projections/catalog/time-facets.ts'

const MAX_SECOND = 2 ** 48 - 1
const second = fc.oneof(
  fc.integer({ min: -MAX_SECOND, max: MAX_SECOND }),
  fc.integer({ min: -20_000, max: 20_000 }),
  fc.integer({ min: 1_700_000_000, max: 1_700_500_000 }),
)
const span = fc.tuple(second, second).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)

describe('the buckets of time', () => {
  it('that a flow is in are few, and those of a range find it at every level, if they overlap', () => {
    fc.assert(
      fc.property(span, span, ([first, last], [from, to]) => {
        const facets = timeFacets(first, last)
        expect(facets.length).toBeLessThanOrEqual(25)
        expect(facets.every((facet) => Number.isSafeInteger(facet) && facet < 0)).toBe(true)
        if (from > last || to < first) return
        for (const { own, longer } of facetRanges(from, to)) {
          const isFound = [own, ...longer].some(([low, high]) =>
            facets.some((facet) => facet >= low && facet <= high),
          )
          expect(isFound).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('do not overlap between levels', () => {
    const [first] = facetRanges(-MAX_SECOND, MAX_SECOND)
    const ranges = [first!.own, ...facetRanges(-MAX_SECOND, MAX_SECOND).flatMap(({ longer }) => longer)]
    const distinct = [...new Map(ranges.map((range) => [range[0], range])).values()]
    const sorted = distinct.sort((a, b) => a[0] - b[0])
    for (const [index, [low]] of sorted.entries()) {
      if (index > 0) expect(low).toBeGreaterThan(sorted[index - 1]![1])
    }
  })

  it('stay the same while a flow keeps to its window', () => {
    fc.assert(
      fc.property(span, fc.nat(), fc.nat(), ([first, last], a, b) => {
        const [low, high] = [windowOf(first)[0], windowOf(last)[1]]
        const [sooner, later] = [first - (a % (first - low + 1)), last + (b % (high - last))]
        expect(timeFacets(sooner, later)).toStrictEqual(timeFacets(first, last))
      }),
      { numRuns: 1_000 },
    )
  })
})
