import type { RecordBatch } from 'apache-arrow'
import { encodeBatch } from '../ipc/encode-batch.ts'

/** What is sent keeps clear of the server's limit, 5 MiB. */
const LIMITS = { bytes: 4_718_592, rows: 524_288 }

export type Limits = { readonly bytes: number; readonly rows: number }

/** Without a body: one row, which is too wide. */
export type Slice = { readonly rows: RecordBatch; readonly body: Uint8Array | undefined }

/** How much of its share a slice aims at, since rows differ. */
const AIM = 0.9

/** A batch in pieces that each fit into a request, in its order; one is made when the one before has been sent. */
export function* fittingSlices(batch: RecordBatch, limits: Limits = LIMITS): Generator<Slice> {
  const { numRows } = batch
  if (numRows > limits.rows) return yield* inSteps(batch, limits.rows, limits)
  const body = encodeBatch(batch)
  if (body.byteLength <= limits.bytes) return yield { rows: batch, body }
  if (numRows <= 1) return yield { rows: batch, body: undefined }
  const step = Math.floor((AIM * numRows * limits.bytes) / body.byteLength)
  yield* inSteps(batch, Math.max(1, Math.min(step, Math.ceil(numRows / 2))), limits)
}

function* inSteps(batch: RecordBatch, step: number, limits: Limits): Generator<Slice> {
  for (let from = 0; from < batch.numRows; from += step)
    yield* fittingSlices(batch.slice(from, Math.min(from + step, batch.numRows)), limits)
}
