import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../../../contracts/events/recorded-event.ts'
import { COMMIT_COLUMNS, EVENT_COLUMNS, THEIR_COMMITS } from './event-columns.ts'
import { query } from './query.ts'
import { type CommitRow, type EventRow, eventsOfCommit, recordedEvent } from './recorded-event.ts'
import { COMMON_TYPES, IS_RARE, RARE_INDEX_EXISTS } from './schema.ts'

const ofTypes = (from: string, condition: string): string =>
  `SELECT ${EVENT_COLUMNS}, ${COMMIT_COLUMNS} FROM ${from} ${THEIR_COMMITS}
   WHERE e.position > ? AND e.position <= ? ${condition} AND e.type IN (SELECT value FROM json_each(?))
   ORDER BY e.position LIMIT +?`

/** What a subscription reads at once: about a millisecond of this thread, a few megabytes at most. */
const PAGE_EVENTS = 500
const PAGE_BYTES = 2 * 1024 * 1024
/** What it passes over at once to find events of some types, and how many of those it takes. */
const SCAN_EVENTS = 5000
const PAGE_EVENTS_OF_TYPES = 50

/** `reached`: the log has been read up to there, whether or not its last events are among those wanted. */
export type EventPage = { readonly events: readonly RecordedEvent[]; readonly reached: number }

export type EventReader = {
  head(): number
  readAll(after: number, limit: number): RecordedEvent[]
  /** As `readAll`, but no more than a subscription should hold at once; at least one event if there is any. */
  readPage(after: number): EventPage
  /** Only events of `types`: those of others are passed over without being read. */
  readPageOf(types: readonly string[], after: number): EventPage
  readStream(stream: string, fromRevision: number, limit: number): RecordedEvent[]
  readStreams(streams: readonly string[], limit: number): Map<string, RecordedEvent[]>
}

/** Reads on the calling thread: an event costs a few microseconds. */
export function eventReader(db: DatabaseSyncInstance): EventReader {
  const head = query<[position: number | null]>(db, 'SELECT max(position) FROM events')
  const events = query<EventRow>(
    db,
    `SELECT ${EVENT_COLUMNS} FROM events AS e WHERE position > ? ORDER BY position LIMIT +?`,
  )
  const commits = query<CommitRow>(
    db,
    `SELECT ${COMMIT_COLUMNS} FROM commits
     WHERE first_position >= (SELECT max(first_position) FROM commits WHERE first_position <= ?)
       AND first_position <= ?
     ORDER BY first_position`,
  )
  // SQLite tells a value's size without reading it.
  const sizes = query<[events: number, bytes: number]>(
    db,
    `SELECT count(*), sum(octet_length(data))
     FROM (SELECT data FROM events WHERE position > ? ORDER BY position LIMIT +?)`,
  )
  const streamEvents = query<[...EventRow, ...CommitRow]>(
    db,
    `SELECT ${EVENT_COLUMNS}, ${COMMIT_COLUMNS} FROM events AS e ${THEIR_COMMITS}
     WHERE e.stream = ? AND e.revision >= ? ORDER BY e.revision LIMIT +?`,
  )
  const streamBeginnings = query<[...EventRow, ...CommitRow]>(
    db,
    `SELECT ${EVENT_COLUMNS}, ${COMMIT_COLUMNS}
     FROM json_each(?) AS wanted CROSS JOIN events AS e ON e.stream = wanted.value AND e.revision < ? ${THEIR_COMMITS}
     ORDER BY wanted.key, e.revision`,
  )
  const eventsOfTypes = query<[...EventRow, ...CommitRow]>(db, ofTypes('events AS e', ''))
  const hasIndex = query(db, RARE_INDEX_EXISTS)().length > 0
  // A log of an earlier release goes without.
  const eventsOfRareTypes = hasIndex
    ? query<[...EventRow, ...CommitRow]>(
        db,
        ofTypes('events AS e INDEXED BY rare_events', `AND e.${IS_RARE}`),
      )
    : eventsOfTypes

  /** Rows come from two queries, merged here: a join would repeat the commit's columns for each event. */
  function readAll(after: number, limit: number): RecordedEvent[] {
    const rows = limit > 0 ? events(after, limit) : []
    if (rows.length === 0) return []
    assertGapless('the log', after + 1, rows.length, rows.at(-1)?.[0])
    const commitRows = commits(after + 1, after + rows.length)
    let index = 0
    let eventOf = eventsOfCommit(commitRows[0]!)
    return rows.map((row) => {
      while ((commitRows[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) <= row[0])
        eventOf = eventsOfCommit(commitRows[++index]!)
      return eventOf(row)
    })
  }

  function readPage(after: number): EventPage {
    let limit = PAGE_EVENTS
    for (;;) {
      const [[count, bytes] = [0, 0]] = sizes(after, limit)
      if (bytes <= PAGE_BYTES || count <= 1) break
      limit = Math.max(1, Math.floor(Math.min(count / 2, (count * PAGE_BYTES) / bytes)))
    }
    const page = readAll(after, limit)
    return { events: page, reached: page.at(-1)?.position ?? after }
  }

  function readPageOf(types: readonly string[], after: number): EventPage {
    const end = Math.min(after + SCAN_EVENTS, head()[0]?.[0] ?? 0)
    if (end <= after) return { events: [], reached: after }
    const find = COMMON_TYPES.some((type) => types.includes(type)) ? eventsOfTypes : eventsOfRareTypes
    const page = find(after, end, JSON.stringify(types), PAGE_EVENTS_OF_TYPES).map(joinedEvent)
    return { events: page, reached: page.length < PAGE_EVENTS_OF_TYPES ? end : page.at(-1)!.position }
  }

  function readStream(stream: string, fromRevision: number, limit: number): RecordedEvent[] {
    const rows = streamEvents(stream, fromRevision, Math.max(0, limit))
    assertGapless(stream, fromRevision, rows.length, rows.at(-1)?.[2])
    return rows.map(joinedEvent)
  }

  function readStreams(streams: readonly string[], limit: number): Map<string, RecordedEvent[]> {
    const found = new Map<string, RecordedEvent[]>(streams.map((stream) => [stream, []]))
    const rows = streamBeginnings(JSON.stringify([...found.keys()]), limit)
    for (const row of rows) found.get(row[1])?.push(joinedEvent(row))
    for (const [stream, its] of found) assertGapless(stream, 0, its.length, its.at(-1)?.revision)
    return found
  }

  return { head: () => head()[0]?.[0] ?? 0, readAll, readPage, readPageOf, readStream, readStreams }
}

const joinedEvent = ([position, stream, revision, type, version, data, ...commit]: [
  ...EventRow,
  ...CommitRow,
]): RecordedEvent => recordedEvent([position, stream, revision, type, version, data], commit)

/** Positions and revisions have no gaps, so a row that is missing shows. */
function assertGapless(where: string, first: number, count: number, last: number | undefined): void {
  if (count === 0 || last === first + count - 1) return
  throw new Error(`the event log is damaged: ${count} events of ${where} from ${first} to ${last}`)
}
