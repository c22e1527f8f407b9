import { makeData, RecordBatch, Schema, Struct } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'
import { asStored } from './encode-schema.ts'
import { writeStream } from './write-stream.ts'

/** A whole IPC stream: the schema, this batch, the end. */
export function encodeBatch(batch: RecordBatch): Uint8Array {
  const stored = withSchema(batch, asStored(batch.schema))
  return writeStream(stored.schema, [stored])
}

/** @throws VastDbError `bad_argument`: a dictionary is in it, which no server takes */
export function refuseDictionaries(batch: RecordBatch): void {
  if (batch.dictionaries.size === 0) return
  throw new VastDbError(
    'bad_argument',
    'a column has a dictionary: make its vector with a type, vectorFromArray(values, new Utf8())',
  )
}

/** Some columns of a batch, in the order asked for. */
export function pickColumns(batch: RecordBatch, indexes: readonly number[]): RecordBatch {
  const fields = indexes.map((index) => batch.schema.fields[index]!)
  const children = indexes.map((index) => batch.data.children[index]!)
  const data = makeData({ type: new Struct(fields), length: batch.numRows, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), data)
}

/** The columns of one, then those of the other, which has as many rows. */
export function besides(left: RecordBatch, right: RecordBatch): RecordBatch {
  const fields = [...left.schema.fields, ...right.schema.fields]
  const children = [...left.data.children, ...right.data.children]
  const data = makeData({ type: new Struct(fields), length: left.numRows, nullCount: 0, children })
  return new RecordBatch(new Schema(fields), data)
}

function withSchema(batch: RecordBatch, schema: Schema): RecordBatch {
  const { children } = batch.data
  const data = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children })
  return new RecordBatch(schema, data)
}
