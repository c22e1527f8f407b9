import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow'

/**
 * A whole IPC stream. Its pieces are joined here, since the writer's own way loses one of two buffers that follow
 * each other and are the same memory: two columns that share their values, as two times of a row may.
 */
export function writeStream(schema: Schema, batches: readonly RecordBatch[]): Uint8Array {
  const pieces: Uint8Array[] = []
  const sink = new AsyncByteQueue()
  sink.write = (piece) => {
    pieces.push(piece as Uint8Array) // The writer makes nothing else.
  }
  const writer = new RecordBatchStreamWriter()
  writer.reset(sink, schema)
  for (const batch of batches) writer.write(batch)
  writer.finish()
  return Buffer.concat(pieces)
}
