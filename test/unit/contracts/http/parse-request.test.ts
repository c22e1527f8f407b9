import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../../../../contracts/http/operation.ts'
import { InvalidRequest, parseRequest, type RawRequest } from '../../../../contracts/http/parse-request.ts'
import { BooleanText, IntegerText, ListText, UuidListText } from '../../../../contracts/http/query-text.ts'
import { TimeRangeText } from '../../../../contracts/resources/time-text.ts'
import { Uuid } from '../../../../contracts/resources/uuid.ts'

const ID = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'

const operation = defineOperation({
  operationId: 'PUT_things-thingId',
  method: 'put',
  path: '/things/{thingId}',
  tag: 'Things',
  summary: 'Put a thing',
  params: { thingId: Uuid },
  query: {
    flag: BooleanText.exactOptional(),
    count: IntegerText.exactOptional(),
    labels: ListText.exactOptional(),
    ids: UuidListText.exactOptional(),
    timerange: TimeRangeText.default('_'),
    'tag.fixed': z.string().exactOptional(),
  },
  queryPatterns: { 'tag.{name}': ListText, 'tag_exists.{name}': BooleanText },
  body: z.object({ name: z.string() }),
  responses: { 204: { description: 'Put.' } },
})

const withoutBody = defineOperation({
  operationId: 'GET_things',
  method: 'get',
  path: '/things',
  tag: 'Things',
  summary: 'List things',
  responses: { 200: { description: 'The things.' } },
})

const request = (changes: Partial<RawRequest>): RawRequest => ({
  params: { thingId: ID },
  query: {},
  body: { name: 'a' },
  ...changes,
})

function refusal(changes: Partial<RawRequest>): { where: string; summary: string } {
  try {
    parseRequest(operation, request(changes))
  } catch (error) {
    if (error instanceof InvalidRequest) return { where: error.where, summary: error.summary }
    throw error
  }
  throw new Error('the request was accepted')
}

describe('a request that an operation takes', () => {
  it('arrives in parts of known types', () => {
    const parsed = parseRequest(
      operation,
      request({ query: { flag: 'true', count: '-3', timerange: '5:0' } }),
    )
    expectTypeOf(parsed.params).toEqualTypeOf<{ thingId: string }>()
    expectTypeOf(parsed.body).toEqualTypeOf<{ name: string }>()
    expectTypeOf(parsed.query.flag).toEqualTypeOf<boolean | undefined>()
    expectTypeOf(parsed.query.timerange).toEqualTypeOf<string>()
    expectTypeOf(parsed.queryPatterns['tag.{name}']).toEqualTypeOf<ReadonlyMap<string, string[]>>()
    expect(parsed).toEqual({
      params: { thingId: ID },
      query: { flag: true, count: -3, timerange: '[5:0]' },
      queryPatterns: { 'tag.{name}': new Map(), 'tag_exists.{name}': new Map() },
      body: { name: 'a' },
    })
  })

  it('tells an empty list from one that was left out', () => {
    const { query } = parseRequest(operation, request({ query: { labels: '', ids: '' } }))
    expect(query).toEqual({ labels: [], ids: [], timerange: '_' })
    expect(parseRequest(operation, request({})).query).toEqual({ timerange: '_' })
  })

  it('reads lists between commas, texts as they are', () => {
    const { query } = parseRequest(operation, request({ query: { labels: 'a b,ç, ', ids: `${ID},${ID}` } }))
    expect(query).toEqual({ labels: ['a b', 'ç', ' '], ids: [ID, ID], timerange: '_' })
  })

  it('may ask by any name that a pattern has room for', () => {
    const query = { 'tag.a': 'x,y', 'tag.b.c': '', 'tag.': 'z', 'tag_exists.__proto__': 'false' }
    const { queryPatterns } = parseRequest(operation, request({ query }))
    expect(queryPatterns['tag.{name}']).toEqual(
      new Map([
        ['a', ['x', 'y']],
        ['b.c', []],
        ['', ['z']],
      ]),
    )
    expect(queryPatterns['tag_exists.{name}']).toEqual(new Map([['__proto__', false]]))
  })

  it('prefers a declared name to a pattern', () => {
    const { query, queryPatterns } = parseRequest(operation, request({ query: { 'tag.fixed': 'a,b' } }))
    expect(query).toEqual({ 'tag.fixed': 'a,b', timerange: '_' })
    expect(queryPatterns['tag.{name}'].size).toBe(0)
  })

  it('may carry its credentials in the query, which are not handed on', () => {
    const parsed = parseRequest(operation, request({ query: { access_token: 'secret', flag: 'false' } }))
    expect(parsed.query).toEqual({ flag: false, timerange: '_' })
  })

  it('has no body where the operation takes none, whatever was sent', () => {
    const parsed = parseRequest(withoutBody, { params: {}, query: undefined, body: { a: 1 } })
    expectTypeOf(parsed.body).toEqualTypeOf<undefined>()
    expect(parsed).toEqual({ params: {}, query: {}, queryPatterns: {}, body: undefined })
  })
})

describe('a request that an operation does not take', () => {
  it.each<[what: string, changes: Partial<RawRequest>, where: string, summary: string]>([
    [
      'a malformed id in the path',
      { params: { thingId: 'x' } },
      'params',
      'thingId: must be a UUID in lower case, of version 1 to 5',
    ],
    ['an unknown parameter', { query: { flags: 'true' } }, 'query', 'query: has unknown names: flags'],
    [
      'a parameter called __proto__',
      { query: JSON.parse('{"__proto__":"x"}') },
      'query',
      'query: has unknown names: __proto__',
    ],
    ['something near a pattern', { query: { 'tags.a': 'x' } }, 'query', 'query: has unknown names: tags.a'],
    ['a boolean in capitals', { query: { flag: 'True' } }, 'query', 'flag: must be one of true, false'],
    ['an empty boolean', { query: { flag: '' } }, 'query', 'flag: must be one of true, false'],
    ['a fraction', { query: { count: '1.5' } }, 'query', 'count: must be an integer'],
    ['an exponent', { query: { count: '1e3' } }, 'query', 'count: must be an integer'],
    ['a list with a hole', { query: { labels: 'a,,b' } }, 'query', 'labels[1]: must not be empty'],
    [
      'a list of other things',
      { query: { ids: `${ID},x` } },
      'query',
      'ids[1]: must be a UUID in lower case, of version 1 to 5',
    ],
    [
      'an endless list',
      { query: { labels: 'a'.repeat(1_001).split('').join(',') } },
      'query',
      'labels: must have at most 1000 items',
    ],
    ['a parameter twice', { query: { count: ['1', '2'] } }, 'query', 'count: must be given once'],
    ['a boolean twice', { query: { flag: ['true', 'true'] } }, 'query', 'flag: must be given once'],
    ['a timerange twice', { query: { timerange: ['_', '_'] } }, 'query', 'timerange: must be given once'],
    ['a pattern twice', { query: { 'tag.a': ['x', 'y'] } }, 'query', 'tag.a: must be given once'],
    ['a hole in a pattern’s list', { query: { 'tag.a': 'x,' } }, 'query', 'tag.a[1]: must not be empty'],
    [
      'an inverted timerange',
      { query: { timerange: '[5:0_1:0)' } },
      'query',
      'timerange: a timerange cannot end (1:0) before it starts (5:0)',
    ],
    ['no body', { body: undefined }, 'body', 'body: is missing'],
    ['a wrong body', { body: { name: 5 } }, 'body', 'name: must be a string'],
  ])('says which part is wrong, and how: %s', (_what, changes, where, summary) => {
    expect(refusal(changes)).toEqual({ where, summary })
  })

  it('is refused for its path first, then its query, then its body', () => {
    const wrong = { params: {}, query: { x: '1' }, body: 5 }
    expect(refusal(wrong).where).toBe('params')
    expect(refusal({ ...wrong, params: { thingId: ID } }).where).toBe('query')
  })

  it('is told of a few faults, however many and however long their names', () => {
    const query = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, n) => [`${n}${'x'.repeat(10_000)}`, '']),
    )
    const { summary } = refusal({ query })
    expect(summary.startsWith('query: has unknown names: ')).toBe(true)
    expect(summary.length).toBeLessThan(500)
  })
})
