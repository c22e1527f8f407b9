import { RecordBatchStreamWriter, tableFromIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { recordBatch } from '../../../../../projections/vast/arrow/record-batch.ts'
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

  it('may be none', () => {
    expect(readRows(tableFromIPC(written([])))).toEqual([])
  })

  it('may be asked for some of their columns only', () => {
    const batch = recordBatch({ texts: 'texts' } as const, ROWS)
    expect(batch.schema.fields.map(({ name }) => name)).toEqual(['texts'])
    expect(batch.numRows).toBe(3)
  })
})
