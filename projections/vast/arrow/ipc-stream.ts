import { AsyncByteQueue, type RecordBatch, RecordBatchStreamWriter, type Schema } from 'apache-arrow'

/** Record batches as the bytes of an Arrow IPC stream: no more than one batch at a time, when they are asked for. */
export async function* ipcStream(
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = []
  const sink = new AsyncByteQueue()
  // The writer has no other way to say which bytes a batch has made.
  sink.write = (chunk) => {
    chunks.push(chunk as Uint8Array)
    return true
  }
  const writer = new RecordBatchStreamWriter()
  writer.reset(sink, schema)
  for await (const batch of batches) {
    writer.write(batch)
    yield Buffer.concat(chunks.splice(0))
  }
  // The end says that nothing was cut off.
  writer.finish()
  yield Buffer.concat(chunks.splice(0))
}
