import { describe, expect, it } from 'vitest'
import { MAX_TAGS_CHARACTERS, Tags } from '../../../../contracts/resources/tags.ts'
import { faultsIn } from '../../../support/contracts/faults.ts'

const tags = (count: number, value: unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, value]))

describe('tags', () => {
  it.each<Tags>([
    {},
    { a: 'b' },
    { a: [] },
    { a: ['b', 'c'], 'with.dots/and %': '' },
    { '': 'a name of no characters', toString: 'x', constructor: ['y'] },
  ])('keep texts and lists of texts: %j', (given) => {
    expect(Tags.parse(given)).toEqual(given)
  })

  it.each<[what: string, given: unknown, said: string]>([
    ['a list', [], 'body: must be an object'],
    ['a null value', { a: null }, 'a: must be a string or a list'],
    ['a nested list', { a: [['b']] }, 'a[0]: must be a string'],
    ['a very long value', { a: 'x'.repeat(16_385) }, 'a: must have at most 16384 characters'],
    ['too much in all', tags(5, 'x'.repeat(16_000)), 'body: must have no more than 65536 characters in all'],
    ['too many', tags(1_001, 'x'), 'body: must have at most 1000 names'],
    ['too many, all wrong', tags(100_000, 1), 'body: must have at most 1000 names'],
    [
      'a name that objects have a meaning for',
      JSON.parse('{"__proto__":"x"}'),
      '__proto__: cannot be a name',
    ],
    ['too many values', { a: Array(1_001).fill('x') }, 'a: must have at most 1000 items'],
  ])('are refused: %s', (_what, given, said) => {
    expect(faultsIn(Tags, given)).toBe(said)
  })

  it('may have as many characters as fit, names and values together', () => {
    const full = { ...tags(4, 'x'.repeat(16_382)) }
    const spare = MAX_TAGS_CHARACTERS - 4 * (16_382 + 2)
    expect(faultsIn(Tags, full)).toBeUndefined()
    expect(faultsIn(Tags, { ...full, ['n'.repeat(spare + 1)]: '' })).toBe(
      'body: must have no more than 65536 characters in all',
    )
  })
})
