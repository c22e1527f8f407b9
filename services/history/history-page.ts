import { setImmediate as turn } from 'node:timers/promises'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { EventLog } from '../ports/event-log.ts'
import { lastEventBy } from './last-event-by.ts'

export type HistoryRequest = {
  /** Told as one, in the order of the log. */
  readonly streams: readonly string[]
  readonly reverse: boolean
  readonly limit: number
  /** Where the page starts: the revision of each stream that is next; -1 for one that has been told backwards. */
  readonly from?: readonly number[]
}

export type HistoryPage = {
  readonly events: readonly RecordedEvent[]
  /** Where the page after this one starts; none if this is the last. */
  readonly next: readonly number[] | undefined
}

/** Events read in one turn of this thread: one may hold a thousand segments. */
const CHUNK_EVENTS = 10

/** A page of what happened on some streams. Of each, no more is read than could be told. */
export async function historyPage(log: EventLog, request: HistoryRequest): Promise<HistoryPage> {
  const { streams, reverse, limit } = request
  const step = reverse ? -1 : 1
  const from = request.from ?? (reverse ? await lastRevisions(log, streams) : streams.map(() => 0))
  const found: RecordedEvent[] = []
  for (const [index, stream] of streams.entries()) {
    found.push(...(await eventsFrom(log, stream, from[index]!, reverse, limit + 1)))
  }
  found.sort((a, b) => step * (a.position - b.position))
  const events = found.slice(0, limit)
  if (found.length <= limit) return { events, next: undefined }
  const told = (stream: string) => events.filter((event) => event.stream === stream).length
  return { events, next: streams.map((stream, index) => from[index]! + step * told(stream)) }
}

const lastRevisions = (log: EventLog, streams: readonly string[]): Promise<readonly number[]> =>
  Promise.all(
    streams.map(async (stream) => {
      const last = await lastEventBy(log, stream, Number.POSITIVE_INFINITY)
      return last ? last.revision : -1
    }),
  )

/** Up to `count` events from a revision on, oldest first in either direction. */
async function eventsFrom(
  log: EventLog,
  stream: string,
  from: number,
  reverse: boolean,
  count: number,
): Promise<readonly RecordedEvent[]> {
  const first = Math.max(0, reverse ? from - count + 1 : from)
  const end = reverse ? from + 1 : from + count
  const events: RecordedEvent[] = []
  for (let revision = first; revision < end; revision += CHUNK_EVENTS) {
    const chunk = await log.readStream(stream, revision, Math.min(CHUNK_EVENTS, end - revision))
    events.push(...chunk)
    if (chunk.length < CHUNK_EVENTS) break
    await turn()
  }
  return events
}
