import {
  Binary,
  Bool,
  type Data,
  Decimal,
  Field,
  FixedSizeList,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  Map_,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  TimestampNanosecond,
  Uint64,
  Utf8,
  Vector,
  vectorFromArray,
} from 'apache-arrow'
import fc from 'fast-check'

const nullable = (name: string, type: Field['type']) => new Field(name, type, true)

/** A column of every layout that the protocol has. */
export const SAMPLE_SCHEMA = new Schema([
  nullable('bool', new Bool()),
  nullable('i64', new Int64()),
  nullable('u64', new Uint64()),
  nullable('text', new Utf8()),
  nullable('bytes', new Binary()),
  nullable('float', new Float64()),
  nullable('price', new Decimal(2, 20, 128)),
  nullable('at', new TimestampNanosecond()),
  nullable('names', new List(nullable('item', new Utf8()))),
  nullable('size', new FixedSizeList(2, new Field('item', new Int32(), false))),
  nullable(
    'deep',
    new Struct([nullable('x', new Int8()), nullable('y', new Struct([nullable('z', new Utf8())]))]),
  ),
  nullable(
    'tags',
    new Map_(
      new Field(
        'entries',
        new Struct([new Field('key', new Utf8(), false), nullable('value', new Utf8())]) as never,
        false,
      ),
    ),
  ),
  nullable(
    'pairs',
    new List(nullable('item', new Struct([nullable('l', new Int32()), nullable('r', new Bool())]))),
  ),
])

const text = fc.string({ unit: 'grapheme', maxLength: 5 })
const int64 = fc.oneof(fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n), fc.bigInt({ min: -9n, max: 9n }))
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 })

export const sampleRow = fc.record({
  bool: maybe(fc.boolean()),
  i64: maybe(int64),
  u64: maybe(fc.constantFrom(0n, 1n, 2n ** 64n - 1n)),
  text: maybe(text),
  bytes: maybe(fc.uint8Array({ maxLength: 4 })),
  float: maybe(fc.double({ noNaN: true })),
  price: maybe(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }).map(decimalWords)),
  at: maybe(fc.constantFrom(0, 1, 1_700_000_000_000)),
  names: maybe(fc.array(maybe(text), { maxLength: 3 })),
  size: maybe(fc.tuple(fc.integer(), fc.integer())),
  deep: maybe(
    fc.record({ x: maybe(fc.integer({ min: -128, max: 127 })), y: maybe(fc.record({ z: maybe(text) })) }),
  ),
  tags: maybe(fc.dictionary(text, maybe(text), { maxKeys: 3 }).map((tags) => new Map(Object.entries(tags)))),
  pairs: maybe(
    fc.array(maybe(fc.record({ l: maybe(fc.integer()), r: maybe(fc.boolean()) })), { maxLength: 3 }),
  ),
})

export type SampleRow = Record<string, unknown>

export function batchOf(rows: readonly SampleRow[], schema = SAMPLE_SCHEMA): RecordBatch {
  const children = schema.fields.map(({ name, type }) =>
    columnOf(
      rows.map((row) => row[name] ?? null),
      type,
    ),
  )
  const data = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children })
  return new RecordBatch(schema, data)
}

function columnOf(values: readonly unknown[], type: Field['type']): Data {
  const [data, ...more] = vectorFromArray(values as unknown[], type).data
  if (more.length > 0) throw new Error('the sample is too long')
  return data ?? makeData({ type, length: 0 } as never)
}

/** Rows as plain values, to be compared. */
export const plainRows = (batch: RecordBatch): readonly Record<string, unknown>[] =>
  plainColumns(batch.schema.fields, batch.data.children, batch.numRows)

function plainColumns(fields: readonly Field[], children: readonly Data[], rows: number) {
  const columns = fields.map(({ name }, at) => [name, new Vector([children[at]!])] as const)
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, column]) => [name, plain(column.get(row))])),
  )
}

function plain(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Vector) return Array.from(value, plain)
  if (ArrayBuffer.isView(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')
  return Object.fromEntries(
    Array.from(value as Iterable<[string, unknown]>, ([key, inner]) => [key, plain(inner)]),
  )
}

function decimalWords(value: bigint): Uint32Array {
  return new Uint32Array(
    BigUint64Array.of(BigInt.asUintN(64, value), BigInt.asUintN(64, value >> 64n)).buffer,
  )
}
