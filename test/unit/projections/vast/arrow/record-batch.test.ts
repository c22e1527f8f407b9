import { RecordBatchStreamWriter, Table, tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  recordBatch,
  recordBatchBuilder,
  withColumn,
} from '../../../../../projections/vast/arrow/record-batch.ts'
import { readRows } from '../../../../support/arrow/read-rows.ts'

const columns = {
  text: 'text',
  integer: 'integer',
  small: 'small',
  boolean: 'boolean',
  seconds: 'seconds',
  time_ms: 'time_ms',
  time_us: 'time_us',
  texts: 'texts',
} as const

const NOTHING = {
  text: null,
  integer: null,
  small: null,
  boolean: null,
  seconds: null,
  time_ms: null,
  time_us: null,
  texts: null,
}

const ROWS = [
  {
    text: 'grüß 🎬',
    integer: 2n ** 63n - 1n,
    small: 999_999_999,
    boolean: true,
    seconds: { seconds: 2 ** 48 - 1, nanoseconds: 999_999_999 },
    time_ms: 1_764_115_200_123,
    time_us: -62_135_596_800_000_000n,
    texts: ['', 'a', 'ü'],
  },
  NOTHING,
  {
    text: '',
    integer: -(2n ** 63n),
    small: 0,
    boolean: false,
    seconds: { seconds: -(2 ** 48) + 1, nanoseconds: 1 },
    time_ms: -1,
    time_us: 253_402_300_799_999_999n,
    texts: [],
  },
]

const written = (rows: typeof ROWS) => {
  const batch = recordBatch(columns, rows as never)
  return RecordBatchStreamWriter.writeAll([batch]).toUint8Array(true)
}

const unscaled = (words: Uint32Array): bigint =>
  BigInt.asIntN(
    128,
    words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n),
  )

describe('rows as a record batch', () => {
  it('are what a reader gets back, extremes and nulls included', () => {
    expect(readRows(tableFromIPC(written(ROWS)))).toEqual([
      { ...ROWS[0], seconds: '281474976710655.999999999', time_ms: 1_764_115_200_123n },
      NOTHING,
      { ...ROWS[2], seconds: '-281474976710654.999999999', time_ms: -1n },
    ])
  })

  it('have nine nulls in a row after eight values', () => {
    const rows = [...Array(8).fill(ROWS[0]), ...Array(9).fill(NOTHING)] as typeof ROWS
    const table = tableFromIPC(written(rows))
    expect(table.schema.fields.map(({ name }) => table.getChild(name)?.nullCount)).toEqual(
      Object.keys(columns).map(() => 9),
    )
    expect(readRows(table).slice(8)).toEqual(Array(9).fill(NOTHING))
  })

  it('are exact whatever they hold, and however many there are', () => {
    const timestamp = fc.record({
      seconds: fc.maxSafeInteger().map((seconds) => seconds % 2 ** 49),
      nanoseconds: fc.nat({ max: 999_999_999 }),
    })
    const text = fc.string({ unit: 'binary', maxLength: 200 })
    const row = fc.record({
      text: fc.option(fc.oneof(text, fc.uuid())),
      integer: fc.option(fc.oneof(fc.maxSafeInteger(), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
      seconds: fc.option(timestamp),
      decimal: fc.option(fc.bigInt(-(2n ** 126n), 2n ** 126n)),
      texts: fc.option(fc.array(text, { maxLength: 4 })),
    })
    const kinds = {
      text: 'text',
      integer: 'integer',
      seconds: 'seconds',
      decimal: 'decimal',
      texts: 'texts',
    } as const
    fc.assert(
      fc.property(fc.array(row, { maxLength: 200 }), (rows) => {
        const batch = recordBatch(kinds, rows)
        const words = (name: string, at: number) => batch.getChild(name)!.get(at) as Uint32Array
        for (const [at, { text, integer, seconds, decimal, texts }] of rows.entries()) {
          expect(batch.getChild('text')!.get(at)).toBe(text)
          expect(batch.getChild('integer')!.get(at)).toBe(integer === null ? null : BigInt(integer))
          expect(seconds && unscaled(words('seconds', at))).toBe(
            seconds && BigInt(seconds.seconds) * 1_000_000_000n + BigInt(seconds.nanoseconds),
          )
          expect(decimal === null ? null : unscaled(words('decimal', at))).toBe(decimal)
          expect(texts && [...batch.getChild('texts')!.get(at)]).toEqual(texts)
        }
      }),
    )
  })

  it('keep halves of a surrogate pair apart, which are no characters', () => {
    const halves = [{ text: '\ud83c' }, { text: '' }, { text: '\udfac' }, { text: 'x' }]
    const texts = recordBatch({ text: 'text' }, halves).getChild('text')!
    expect([...texts]).toEqual(['\ufffd', '', '\ufffd', 'x'])
  })

  it('come in batches that have nothing to do with each other', () => {
    const builder = recordBatchBuilder(columns)
    const take = (rows: typeof ROWS) => {
      for (const row of rows) builder.append(row as never)
      return builder.take()
    }
    const batches = [take(ROWS), take([]), take(ROWS.slice(2)), take(ROWS)]
    const read = (batch: (typeof batches)[number]) => readRows(new Table(batch))
    expect(batches.map(({ numRows }) => numRows)).toEqual([3, 0, 1, 3])
    expect(read(batches[2]!)).toEqual(read(batches[0]!).slice(2))
    expect(read(batches[3]!)).toEqual(read(recordBatch(columns, ROWS as never)))
  })

  it('may get another column for one of theirs', () => {
    const texts = { text: 'text', small: 'small' } as const
    const batch = recordBatch(texts, ROWS)
    const others = recordBatch({ text: 'text' }, [{ text: 'x' }, { text: null }, { text: 'y' }])
    expect(withColumn(batch, 'text', others.data.children[0]!).toArray().map(String)).toEqual(
      recordBatch(texts, [
        { text: 'x', small: 999_999_999 },
        { text: null, small: null },
        { text: 'y', small: 0 },
      ])
        .toArray()
        .map(String),
    )
  })

  it('may be none', () => {
    expect(readRows(tableFromIPC(written([])))).toEqual([])
  })

  it('may be asked for some of their columns only', () => {
    const batch = recordBatch({ texts: 'texts' } as const, ROWS)
    expect(batch.schema.fields.map(({ name }) => name)).toEqual(['texts'])
    expect(batch.numRows).toBe(3)
  })
})
