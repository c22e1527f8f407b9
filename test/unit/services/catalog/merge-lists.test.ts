import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareCodePoints,
  type Entry,
  type EntryReader,
  mergeLists,
} from '../../../../services/catalog/merge-lists.ts'

const text = fc.string({ unit: 'binary', maxLength: 4 })
const bytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))
const compare = ([sortA, keyA]: Entry, [sortB, keyB]: Entry) =>
  (typeof sortA === 'number' ? sortA - Number(sortB) : bytes(sortA, String(sortB))) || keyA - keyB

describe('texts', () => {
  it('compare as their UTF-8 does', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(bytes(a, b)))
      }),
    )
  })
})

describe('merged lists', () => {
  const sorts = fc.constantFrom<fc.Arbitrary<string | number>>(
    fc.nat({ max: 5 }),
    fc.constantFrom('a', 'b', '\uffff', '\u{1f600}'),
  )
  const lists = sorts.chain((sort) =>
    fc.tuple(
      // A row's key goes with one place, in every list it is in.
      fc.array(sort, { minLength: 1, maxLength: 40 }),
      fc.array(fc.array(fc.nat({ max: 39 }), { maxLength: 40 }), { minLength: 1, maxLength: 6 }),
    ),
  )

  it('give what is in any of them once, in order, from a place on', () => {
    fc.assert(
      fc.property(
        lists,
        fc.boolean(),
        fc.nat({ max: 20 }),
        fc.nat({ max: 50 }),
        (drawn, down, start, limit) => {
          const [places, members] = drawn
          const inOrder = (keys: Iterable<number>): Entry[] => {
            const entries = [...new Set(keys)]
              .filter((key) => key < places.length)
              .map((key): Entry => [places[key]!, key])
            return entries.sort((a, b) => (down ? compare(b, a) : compare(a, b)))
          }
          const all = inOrder(members.flat())
          const from = all[start]
          const reading =
            (entries: readonly Entry[]): EntryReader =>
            (first, count) => {
              const isDue = (entry: Entry) => !first || (down ? -1 : 1) * compare(entry, first) >= 0
              return entries.filter(isDue).slice(0, count)
            }
          const found = mergeLists(
            members.map((keys) => reading(inOrder(keys))),
            down,
            from,
            limit,
          )
          expect(found).toStrictEqual(all.slice(from ? start : 0).slice(0, limit))
        },
      ),
      { numRuns: 500 },
    )
  })
})
