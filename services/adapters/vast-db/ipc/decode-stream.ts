import { type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'

/** @returns what a stream, or its first message, says that its columns are */
export const decodeSchema = (stream: Uint8Array): Schema =>
  understood(() => {
    const reader = RecordBatchReader.from(stream).open({ autoDestroy: false })
    return reader.schema
  })

/** @param messages of one stream, in their order */
export const decodeBatches = (messages: Uint8Array | readonly Uint8Array[]): DecodedStream =>
  understood(() => {
    const reader = RecordBatchReader.from(messages as Uint8Array).open({ autoDestroy: false })
    return { schema: reader.schema, batches: [...reader] }
  })

export type DecodedStream = { readonly schema: Schema; readonly batches: readonly RecordBatch[] }

function understood<T>(decode: () => T): T {
  try {
    return decode()
  } catch (cause) {
    throw new VastDbError('protocol', 'an answer in Arrow was not understood', { cause })
  }
}
