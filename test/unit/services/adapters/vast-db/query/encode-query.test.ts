import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  TimeMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { encodeQuery } from '../../../../../../services/adapters/vast-db/query/encode-query.ts'
import { normalForm } from '../../../../../../services/adapters/vast-db/query/normal-form.ts'
import {
  and,
  between,
  contains,
  equal,
  greater,
  isIn,
  isNull,
  isValid,
  notEqual,
  or,
  type Predicate,
  startsWith,
  type Value,
} from '../../../../../../services/adapters/vast-db/query/predicate.ts'
import { VECTORS } from '../wire/vectors.ts'
import { describedQuery } from './described-query.ts'

const column = (name: string, type: DataType) => new Field(name, type, true)
const A = column('a', new Int64())
const S = column('s', new Utf8())
const ENTRY = [new Field('key', new Utf8(), false), column('value', new Int32())]

/** The filter as it goes over the wire, about these columns. */
function filterOf(predicate: Predicate, ...columns: Field[]) {
  const clauses = normalForm(predicate)!
  return describedQuery(encodeQuery({ wanted: [], lookedAt: columns, clauses })).filter
}

const int64 = (value: bigint) => ({
  kind: 'Int64Literal',
  type: { type: 'int64', nullable: true, children: [] },
  value,
})
const text = (value: string) => ({
  kind: 'StringLiteral',
  type: { type: 'Utf8', nullable: true, children: [] },
  value,
})

describe('the body of a query', () => {
  it('says of all rows what is known to say it', () => {
    const body = encodeQuery({ wanted: [A], lookedAt: [], clauses: [] })
    expect(describedQuery(body)).toEqual(describedQuery(Buffer.from(VECTORS.selectAll, 'hex')))
  })

  it('says of a condition on another column what is known to say it', () => {
    const body = encodeQuery({ wanted: [S], lookedAt: [A], clauses: normalForm(greater('a', 1))! })
    expect(describedQuery(body)).toEqual(describedQuery(Buffer.from(VECTORS.selectGreater, 'hex')))
  })

  it('counts the nodes of nested columns depth first, and wants their leaves', () => {
    const wanted = [
      column('m', new Map_(new Field('entries', new Struct(ENTRY) as never, false))),
      column('l', new List(column('item', new Utf8()))),
      column('fl', new FixedSizeList(2, new Field('item', new Float32(), false))),
      column('s', new Struct([column('x', new Int8()), column('y', new Struct([column('z', new Int8())]))])),
      A,
    ]
    const query = describedQuery(
      encodeQuery({ wanted, lookedAt: [], clauses: normalForm(equal(['s', 'y', 'z'], 1))! }),
    )

    expect(query.projection).toEqual([2, 3, 5, 7, 9, 11, 12])
    expect(query.filter).toEqual(['and', ['or', ['equal', 11, expect.objectContaining({ value: 1 })]]])
  })
})

describe('a filter', () => {
  it.each<[string, Predicate, unknown]>([
    ['all rows', and(), ['and']],
    ['a comparison', equal('a', 5n), ['and', ['or', ['equal', 0, int64(5n)]]]],
    ['not equal to 0, which is the default', notEqual('a', 0), ['and', ['or', ['not_equal', 0, int64(0n)]]]],
    ['one of several', isIn('a', [1, 2]), ['and', ['or', ['equal', 0, int64(1n)], ['equal', 0, int64(2n)]]]],
    [
      'between',
      between('a', -1, 2n ** 63n - 1n),
      ['and', ['or', ['and', ['greater_equal', 0, int64(-1n)], ['less_equal', 0, int64(2n ** 63n - 1n)]]]],
    ],
    ['null', isNull('a'), ['and', ['or', ['is_null', 0]]]],
    ['not null', isValid('s'), ['and', ['or', ['is_valid', 1]]]],
    [
      'text that starts with',
      startsWith('s', 'ab'),
      ['and', ['or', ['and', ['greater_equal', 1, text('ab')], ['less', 1, text('ac')]]]],
    ],
    ['text that starts with nothing', startsWith('s', ''), ['and', ['or', ['is_valid', 1]]]],
    ['text that contains', contains('s', 'ß%'), ['and', ['or', ['match_substring', 1, text('ß%')]]]],
    [
      'two columns',
      and(equal('a', 1), and(isNull('s'), and())),
      ['and', ['or', ['equal', 0, int64(1n)]], ['or', ['is_null', 1]]],
    ],
    [
      'alternatives of one column',
      or(isNull('a'), or(equal('a', 1)), between('a', 3, 4)),
      [
        'and',
        [
          'or',
          ['is_null', 0],
          ['equal', 0, int64(1n)],
          ['and', ['greater_equal', 0, int64(3n)], ['less_equal', 0, int64(4n)]],
        ],
      ],
    ],
  ])('says %s', (_, predicate, expected) => {
    expect(filterOf(predicate, A, S)).toEqual(expected)
  })

  it.each<[DataType, Value, string, unknown]>([
    [new Bool(), false, 'BooleanLiteral', false],
    [new Int8(), -128, 'Int8Literal', -128],
    [new Int16(), 32767n, 'Int16Literal', 32767],
    [new Int32(), -(2 ** 31), 'Int32Literal', -(2 ** 31)],
    [new Int64(), -(2n ** 63n), 'Int64Literal', -(2n ** 63n)],
    [new Uint8(), 255, 'UInt8Literal', 255],
    [new Uint16(), 65535, 'UInt16Literal', 65535],
    [new Uint32(), 2 ** 32 - 1, 'UInt32Literal', 2 ** 32 - 1],
    [new Uint64(), 2n ** 64n - 1n, 'UInt64Literal', 2n ** 64n - 1n],
    [new Float16(), 1.5, 'Float16Literal', 0x3e00],
    [new Float32(), 0.5, 'Float32Literal', 0.5],
    [new Float64(), 0.1, 'Float64Literal', 0.1],
    [new Binary(), Uint8Array.of(0, 200), 'BinaryLiteral', '00c8'],
    [new FixedSizeBinary(2), Uint8Array.of(255, 1), 'FixedSizeBinaryLiteral', 'ff01'],
    [new DateDay(), new Date('1970-01-03T00:00:00Z'), 'DateLiteral', 2n],
    [new DateDay(), -1, 'DateLiteral', -1n],
    [new TimeMillisecond(), 86_399_999, 'TimeLiteral', 86_399_999n],
    [new TimestampSecond(), new Date(-1000), 'TimestampLiteral', -1n],
    [new TimestampNanosecond('UTC'), new Date(1), 'TimestampLiteral', 1_000_000n],
    [new Decimal(2, 10, 128), '-1.5', 'DecimalLiteral', '6affffffffffffffffffffffffffffff'],
    [new Decimal(0, 38, 128), 10n ** 38n - 1n, 'DecimalLiteral', 'ffffffff3f228a097ac4865aa84c3b4b'],
  ])('compares a column of %s with %s', (type, value, kind, expected) => {
    const filter = filterOf(equal('c', value), column('c', type)) as never
    expect((filter as [unknown, [unknown, [unknown, number, object]]])[1][1][2]).toMatchObject({
      kind,
      value: expected,
    })
  })

  it('compares a list of a fixed size through its items, with a plain list', () => {
    const type = new FixedSizeList(2, new Field('item', new Int8(), false))
    const item = { type: 'int8', nullable: false, children: [] }

    expect(filterOf(equal('c', [1, 0]), column('c', type))).toEqual([
      'and',
      [
        'or',
        [
          'equal',
          1,
          {
            kind: 'ListLiteral',
            type: { type: 'List', nullable: true, children: [item] },
            value: [
              { kind: 'Int8Literal', type: item, value: 1 },
              { kind: 'Int8Literal', type: item, value: 0 },
            ],
          },
        ],
      ],
    ])
  })

  it.each<[string, Predicate]>([
    ['a number too large', equal('a', 2n ** 63n)],
    ['a number that is not whole', equal('a', 1.5)],
    ['a text for a number', equal('a', '1')],
    ['a number for a text', equal('s', 1)],
    ['no such column', equal('b', 1)],
    ['too many digits', equal('d', '1.234')],
    ['digits that would be lost', equal('d', 10n ** 10n)],
    ['a moment within a day', equal('date', new Date(1))],
  ])('refuses %s', (_, predicate) => {
    const more = [column('d', new Decimal(2, 10, 128)), column('date', new DateDay())]
    expect(() => filterOf(predicate, A, S, ...more)).toThrow(/column/)
  })

  it.each<[string, Predicate]>([
    ['alternatives of several columns', or(equal('a', 1), equal('s', 'x'))],
    [
      'an alternative that is more than a range',
      or(isNull('a'), and(equal('a', 1), equal('a', 2), equal('a', 3))),
    ],
    ['an alternative of two columns', or(isNull('a'), and(equal('a', 1), equal('s', '')))],
    ['a substring of numbers', contains('a', '1')],
    ['a prefix of numbers', startsWith('a', '1')],
    ['lists', isNull('l')],
    ['a leaf of what has none', equal(['a', 'x'], 1)],
  ])('refuses what no server can do: %s', (_, predicate) => {
    const list = column('l', new List(column('item', new Int8())))
    expect(() => filterOf(predicate, A, S, list)).toThrow(
      expect.objectContaining({ kind: 'unsupported_predicate' }),
    )
  })

  it('knows what no row satisfies', () => {
    for (const predicate of [or(), isIn('a', []), and(equal('a', 1), or()), or(or(), isIn('s', []))])
      expect(normalForm(predicate)).toBeUndefined()
    expect(normalForm(or(equal('a', 1), and()))).toEqual([])
    expect(normalForm(or(equal('a', 1), or()))).toEqual(normalForm(equal('a', 1)))
  })

  it('refuses more constants than fit into a request', () => {
    const values = Array.from({ length: 200_000 }, (_, value) => value)
    expect(() => filterOf(isIn('a', values), A)).toThrow(
      expect.objectContaining({ kind: 'request_too_large' }),
    )
    expect(filterOf(isIn('a', values.slice(0, 10_000)), A)).toBeDefined()
  })
})
