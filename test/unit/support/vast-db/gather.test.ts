import {
  Bool,
  type Data,
  type DataType,
  Field,
  FixedSizeList,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gather, type Part } from '../../../support/vast-db/arrow/gather.ts'

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null })
const numbers = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const item = (type: DataType) => new Field('item', type, true)

const COLUMNS: Record<string, { type: DataType; value: fc.Arbitrary<unknown> }> = {
  bool: { type: new Bool(), value: nullable(fc.boolean()) },
  int32: { type: new Int32(), value: nullable(numbers) },
  int64: { type: new Int64(), value: nullable(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })) },
  text: { type: new Utf8(), value: nullable(fc.string({ unit: 'grapheme' })) },
  'list of text': {
    type: new List(item(new Utf8())),
    value: nullable(fc.array(nullable(fc.string()), { maxLength: 4 })),
  },
  'list of lists': {
    type: new List(item(new List(item(new Int32())))),
    value: nullable(fc.array(nullable(fc.array(numbers, { maxLength: 3 })), { maxLength: 3 })),
  },
  vector: {
    type: new FixedSizeList(2, new Field('item', new Int32(), false)),
    value: nullable(fc.tuple(numbers, numbers)),
  },
  struct: {
    type: new Struct([new Field('x', new Int32(), true), new Field('y', new Utf8(), true)]),
    value: nullable(fc.record({ x: nullable(numbers), y: nullable(fc.string()) })),
  },
  map: {
    type: new Map_(
      new Field(
        'entries',
        new Struct<{ key: Utf8; value: Int32 }>([
          new Field('key', new Utf8(), false),
          new Field('value', new Int32(), true),
        ]),
        false,
      ),
    ),
    value: nullable(
      fc.array(fc.tuple(fc.string(), nullable(numbers)), { maxLength: 3 }).map((all) => new Map(all)),
    ),
  },
}

/** A value of an Arrow vector as JSON can tell it. */
const told = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? String(each) : each)) ?? 'null')

const allOf = (vector: Vector): unknown[] =>
  Array.from({ length: vector.length }, (_, at) => told(vector.get(at)))

describe('gathering rows of columns', () => {
  it.each(Object.entries(COLUMNS))('copies any rows of %s, as often as asked', (_name, { type, value }) => {
    const column = fc.array(value, { minLength: 1, maxLength: 12 })
    const picks = fc.array(fc.nat(), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(column, picks), { minLength: 1, maxLength: 4 }), (sources) => {
        const vectors = sources.map(([values]) => vectorFromArray(values, type))
        const parts = sources.map(([values, picked], at): Part => {
          const rows = Uint32Array.from(picked, (pick) => pick % values.length)
          return { data: vectors[at]?.data[0] as Data, rows, length: rows.length }
        })
        const expected = parts.flatMap(({ rows = [] }, at) =>
          [...rows].map((row) => told(vectors[at]?.get(row))),
        )
        const range: Part = { data: vectors[0]?.data[0] as Data, start: 0, length: 1 }

        const gathered = gather(type, [...parts, range, { data: undefined, length: 2 }])

        expect(allOf(vectorOf(gathered))).toEqual([...expected, told(vectors[0]?.get(0)), null, null])
      }),
      { numRuns: 60 },
    )
  })
})

const vectorOf = (data: Data): Vector =>
  new (vectorFromArray([0], new Int32()).constructor as new (data: Data[]) => Vector)([data])
