import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { RecordBatch, Schema } from 'apache-arrow'
import type { Response } from 'express'
import { ARROW_STREAM } from '../../../contracts/operations/analytics-parts.ts'
import { ipcStream } from '../../../projections/vast/arrow/ipc-stream.ts'

/** Sends batches as fast as the client takes them. A client that goes away ends the reading. */
export async function sendArrow(
  response: Response,
  schema: Schema,
  batches: AsyncGenerator<RecordBatch>,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  for (const name in headers) response.setHeader(name, headers[name]!)
  response.setHeader('Content-Type', ARROW_STREAM)
  if (response.req.method === 'HEAD') {
    response.end()
    return
  }
  try {
    await pipeline(Readable.from(ipcStream(schema, batches), { objectMode: false }), response)
  } catch (error) {
    if (!isPrematureClose(error)) throw error
  }
}

const isPrematureClose = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
