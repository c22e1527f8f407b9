import type { WriteRequest } from './writer-messages.ts'

const MAX_REQUESTS = 1024
const MAX_EVENTS = 8192
/** UTF-16 units of JSON. */
const MAX_DATA = 8 * 1024 * 1024

/**
 * How many of the waiting requests to make one transaction: enough to share the wait for the disk, and so few
 * that the first does not wait long for the last. At least one, however large.
 */
export function batchLength(waiting: readonly WriteRequest[]): number {
  let events = 0
  let data = 0
  for (const [index, request] of waiting.entries()) {
    if (request.kind === 'append') {
      events += request.data.length
      for (const text of request.data) data += text.length
    } else if (request.kind === 'save-snapshot') {
      data += request.state.length
    }
    if (index > 0 && (index >= MAX_REQUESTS || events > MAX_EVENTS || data > MAX_DATA)) return index
  }
  return waiting.length
}
