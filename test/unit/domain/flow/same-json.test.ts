import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameJson } from '../../../../domain/flow/same-json.ts'

const json = fc.jsonValue({ maxDepth: 3 })

describe('comparing JSON values', () => {
  it('finds a value the same as its copy, whatever the order of properties', () => {
    fc.assert(fc.property(json, (value) => sameJson(value, reordered(value))))
  })

  it('finds two values the same only if their texts are, but for the order of properties', () => {
    fc.assert(fc.property(json, json, (a, b) => sameJson(a, b) === (sortedText(a) === sortedText(b))))
  })

  it.each([
    [{}, []],
    [[], null],
    [{ a: 1 }, { b: 1 }],
    [{ a: 1 }, { a: 1, b: 2 }],
    [
      [1, 2],
      [2, 1],
    ],
    [{ toString: 1 }, { a: 1 }],
    ['1', 1],
    [null, {}],
  ])('tells %j from %j', (a, b) => {
    expect(sameJson(a, b)).toBe(false)
    expect(sameJson(b, a)).toBe(false)
  })
})

const sortedText = (value: unknown): string => JSON.stringify(reordered(value, true))

function reordered(value: unknown, sorted = false): unknown {
  if (Array.isArray(value)) return value.map((item) => reordered(item, sorted))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [key, reordered(item, sorted)] as const)
  return Object.fromEntries(sorted ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : entries.reverse())
}
