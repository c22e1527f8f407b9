import { describe, expect, it } from 'vitest'
import { MAX_TAGS_CHARACTERS, type Tags } from '../../../../contracts/resources/tags.ts'
import { refuseTags, withTag } from '../../../../domain/tags/set-tag.ts'

type Resource = { readonly tags?: Tags }

const set = (name: string, value: string | string[] | undefined, resource: Resource = {}) =>
  withTag(resource, { property: 'tags', name, value })

describe('a tag', () => {
  it('is set beside the others, or in place of the one it was', () => {
    expect(set('a', 'x')).toStrictEqual({ tags: { a: 'x' } })
    expect(set('b', ['x', 'y'], { tags: { a: 'x' } })).toStrictEqual({ tags: { a: 'x', b: ['x', 'y'] } })
    expect(set('a', [], { tags: { a: 'x' } })).toStrictEqual({ tags: { a: [] } })
  })

  it('is unset, and the others stay', () => {
    expect(set('a', undefined, { tags: { a: 'x', b: 'y' } })).toStrictEqual({ tags: { b: 'y' } })
    expect(set('a', undefined, { tags: { a: 'x' } })).toStrictEqual({ tags: {} })
  })

  it.each(['a', 'toString', 'constructor', '__proto__'])(
    'called %s is nothing to unset where there is none',
    (name) => {
      const bare: Resource = {}
      const tagged: Resource = { tags: { b: 'y' } }
      expect(set(name, undefined, bare)).toBe(bare)
      expect(set(name, undefined, tagged)).toBe(tagged)
    },
  )

  it('may have the name of what every object has', () => {
    expect(set('toString', 'x')).toStrictEqual({ tags: { toString: 'x' } })
  })
})

describe('tags', () => {
  const tags = (count: number, value: string): Tags =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`t${n}`, value]))
  const faultOf = (resource: Resource) => refuseTags(resource.tags)?.fault

  it.each<[what: string, Resource]>([
    ['none', {}],
    ['as many as there may be', set('last', 'x', { tags: tags(999, 'x') })],
  ])('are taken: %s', (_, resource) => {
    expect(faultOf(resource)).toBeUndefined()
  })

  it.each<[what: string, Resource, fault: string]>([
    ['too many', set('last', 'x', { tags: tags(1_000, 'x') }), 'tags: must have at most 1000 names'],
    [
      'too much in all',
      set('last', 'x'.repeat(16_000), { tags: tags(4, 'x'.repeat(16_000)) }),
      `tags: must have no more than ${MAX_TAGS_CHARACTERS} characters in all`,
    ],
    ['a name that objects have a meaning for', set('__proto__', 'x'), '__proto__: cannot be a name'],
  ])('are refused: %s', (_, resource, fault) => {
    expect(faultOf(resource)).toBe(fault)
  })
})
