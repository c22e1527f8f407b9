import type { EventStoreDBClient } from '@eventstore/db-client'
import { NO_REVISION } from './append-plan.ts'
import { appendToStream } from './append-to-stream.ts'
import type { StoredEvent } from './stored-event.ts'

/** The server takes 1 MiB at once unless told otherwise, its own words included. */
const MAX_BYTES_AT_ONCE = 900_000
/** An event's type, id and the like, about. */
const ENVELOPE_BYTES = 500

/** `written`: events of it are in the stream, be it that others came before the rest of them. */
export type Written = { readonly actual: number | undefined; readonly written: boolean }

/**
 * Appends to one stream, in as many parts as it takes.
 * @param base the revision the stream is at before
 * @returns where it is instead, if it is elsewhere
 */
export async function appendTo(
  client: EventStoreDBClient,
  stream: string,
  base: number,
  events: readonly StoredEvent[],
): Promise<Written> {
  let revision = base
  for (const part of partsOf(events)) {
    const expected = revision === NO_REVISION ? 'no_stream' : BigInt(revision)
    const actual = await appendToStream(client, stream, part, expected)
    if (actual !== undefined) return { actual, written: revision !== base }
    revision += part.length
  }
  return { actual: undefined, written: revision !== base }
}

export function partsOf(events: readonly StoredEvent[]): StoredEvent[][] {
  const parts: StoredEvent[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const event of events) {
    const size = ENVELOPE_BYTES + Buffer.byteLength(JSON.stringify([event.data, event.metadata]))
    if (bytes + size > MAX_BYTES_AT_ONCE) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(event)
    bytes += size
  }
  return parts
}
