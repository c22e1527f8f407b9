import { afterRequests, within } from '../tracing/spans-of-events.ts'
import { tracing } from '../tracing/tracing.ts'
import type { PendingBatch } from './pending-batch.ts'

/** One transaction of VAST DB, linked to the requests that its events came of. */
export async function tracedBatch<T>(
  { requests, from, to }: PendingBatch,
  write: () => Promise<T>,
): Promise<T> {
  const attributes = { 'framelog.position.after': from, 'framelog.position': to.position }
  const span = tracing() && afterRequests(requests, { name: 'write to VAST DB', kind: 'client', attributes })
  return span ? within(span, write) : write()
}
