import { Field, Int64, makeData, RecordBatch, Schema, Struct, tableFromIPC } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../../../../../../services/adapters/vast-db/ipc/encode-batch.ts'
import { plainRows } from '../../../../../support/vast-db-client/sample-rows.ts'

describe('a batch as a stream', () => {
  it('has all its columns, where two of them share their values', () => {
    const schema = new Schema(
      ['created', 'updated', 'other'].map((name) => new Field(name, new Int64(), true)),
    )
    const [shared, other] = [BigInt64Array.of(1n, 2n), BigInt64Array.of(3n, 4n)]
    const children = [shared, shared, other].map((data) => makeData({ type: new Int64(), data }))
    const rows = makeData({ type: new Struct(schema.fields), length: 2, nullCount: 0, children })

    const [read] = tableFromIPC(encodeBatch(new RecordBatch(schema, rows))).batches
    expect(plainRows(read!)).toEqual([
      { created: 1n, updated: 1n, other: 3n },
      { created: 2n, updated: 2n, other: 4n },
    ])
  })
})
