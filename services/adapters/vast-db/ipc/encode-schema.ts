import { Field, Schema } from 'apache-arrow'
import { writeStream } from './write-stream.ts'

/** A stream ends with these; the schema of a table comes without them. */
const END_OF_STREAM_BYTES = 8

/** One IPC message. */
export function encodeSchema(schema: Schema): Uint8Array {
  return writeStream(asStored(schema), []).subarray(0, -END_OF_STREAM_BYTES)
}

/** The server takes columns only that may be null, and no notes on them. */
export const asStored = (schema: Schema): Schema =>
  new Schema(schema.fields.map(({ name, type }) => new Field(name, type, true)))
