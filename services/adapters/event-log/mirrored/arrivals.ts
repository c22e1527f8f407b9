import type { JSONRecordedEvent } from '@eventstore/db-client'
import { readOfAll } from '../eventstore/read-request.ts'
import type { ServerConnection } from '../eventstore/server-connection.ts'
import { isMetadata } from '../eventstore/stored-event.ts'
import type { Arrival } from './arrival.ts'

/** The type of what says that nobody waits any longer for the rest of an append. */
export const LET_GO = 'let-go'

/** Of domain events, and of that. */
export const ARRIVING = `^(?:[A-Z]|${LET_GO}$)`

const PAGE_EVENTS = 1000
const PAGE_BYTES = 4 * 1024 * 1024

/** Whether a page ends where the log did when it was read. */
export function isAtEnd(page: readonly Arrival[]): boolean {
  const bytes = page.reduce((sum, arrival) => sum + (arrival.is === 'event' ? arrival.data.length : 0), 0)
  return page.length < PAGE_EVENTS - 1 && bytes < PAGE_BYTES / 4
}

/** The last that was taken from the server; `place` -1 before the first. */
export type Taken = { readonly place: number; readonly id: string | null }

/** What was taken is not at the server: a mirror is of another database, or of one that was put back since. */
export class OtherDatabase extends Error {
  override readonly name = 'OtherDatabase'
}

/**
 * What comes after the last that was taken, some of it; nothing at the end of the log.
 * @throws OtherDatabase; the client's errors
 */
export async function arrivalsAfter(
  { read }: Pick<ServerConnection, 'read'>,
  taken: Taken,
): Promise<readonly (Arrival & { readonly id: string })[]> {
  const from = BigInt(Math.max(0, taken.place))
  const records = await read(readOfAll(from, ARRIVING, PAGE_EVENTS), PAGE_BYTES).catch((error: unknown) => {
    // What the server says where no record begins at the place that is asked for.
    if (error instanceof Error && /position/i.test(error.message))
      throw new OtherDatabase('it has nothing where the last event was that is here', { cause: error })
    throw error
  })
  if (taken.place < 0) return records.map(arrivalOf)
  const [first, ...others] = records
  if (first?.id !== taken.id) throw new OtherDatabase('it does not have the last event that is here')
  return others.map(arrivalOf)
}

/** @throws where it was not written by Framelog */
function arrivalOf(record: JSONRecordedEvent): Arrival & { readonly id: string } {
  const { id, streamId: stream, type, metadata, position, created } = record
  if (!position || !record.isJson) throw new Error(`the event ${id} of ${stream} was not written by Framelog`)
  const place = { place: Number(position.commit), recordedMs: created.getTime() }
  if (type === LET_GO)
    return { is: 'let go', id, ...place, append: (record.data as { readonly append: string }).append }
  if (!isMetadata(metadata)) throw new Error(`the event ${id} of ${stream} was not written by Framelog`)
  return {
    is: 'event',
    ...place,
    append: metadata.append,
    id,
    stream,
    revision: Number(record.revision),
    type,
    version: metadata.version,
    data: JSON.stringify(record.data),
    timeMs: metadata.timeMs,
    actor: metadata.actor,
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
  }
}
