import { Field, RecordBatchStreamWriter, Schema } from 'apache-arrow'

/** A stream ends with these; the schema of a table comes without them. */
const END_OF_STREAM_BYTES = 8

/** One IPC message. */
export function encodeSchema(schema: Schema): Uint8Array {
  const writer = new RecordBatchStreamWriter()
  writer.reset(undefined, asStored(schema))
  writer.finish()
  return writer.toUint8Array(true).slice(0, -END_OF_STREAM_BYTES)
}

/** The server takes columns only that may be null, and no notes on them. */
export const asStored = (schema: Schema): Schema =>
  new Schema(schema.fields.map(({ name, type }) => new Field(name, type, true)))
