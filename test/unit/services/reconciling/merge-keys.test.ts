import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ListedMedia } from '../../../../services/ports/media-store.ts'
import {
  type KeyPair,
  type KnownMedia,
  mergeKeys,
  UnorderedListing,
} from '../../../../services/reconciling/merge-keys.ts'

const known = (key: string): KnownMedia => ({ key, object_id: `of ${key}`, is_stored: 1, size_bytes: null })
const listed = (key: string): ListedMedia => ({ key, sizeBytes: 1, modifiedMs: 0 })

/** Pages of any length, none too. */
const pagesOf = fc
  .array(fc.uniqueArray(fc.nat({ max: 40 }), { maxLength: 6 }), { maxLength: 10 })
  .map((pages) =>
    pages.map((page, i) => page.map((n) => `2026/11/${10 + i}/${String(n).padStart(3, '0')}`).sort()),
  )

async function allOf(pairs: AsyncIterable<readonly KeyPair[]>): Promise<readonly KeyPair[]> {
  const all: KeyPair[] = []
  for await (const batch of pairs) all.push(...batch)
  return all
}

/** The other way: everything in memory. */
function compared(left: readonly string[], right: readonly string[]): readonly KeyPair[] {
  return [...new Set([...left, ...right])].sort().map(
    (key) =>
      ({
        ...(left.includes(key) && { known: known(key) }),
        ...(right.includes(key) && { listed: listed(key) }),
      }) as KeyPair,
  )
}

describe('two lists of keys', () => {
  it('are paired as a comparison of both in memory does, however their pages fall', () =>
    fc.assert(
      fc.asyncProperty(pagesOf, pagesOf, async (left, right) => {
        const pairs = mergeKeys(
          left.map((page) => page.map(known)),
          right.map((page) => page.map(listed)),
        )
        expect(await allOf(pairs)).toEqual(compared(left.flat(), right.flat()))
      }),
    ))

  it('cannot be compared where the store has another order', () =>
    expect(allOf(mergeKeys([], [[listed('b')], [listed('a')]]))).rejects.toThrow(UnorderedListing))

  it('cannot be compared where the store lists a key twice', () =>
    expect(allOf(mergeKeys([], [[listed('a'), listed('a')]]))).rejects.toThrow(UnorderedListing))
})
