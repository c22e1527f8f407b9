import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { DomainEventType } from '../../../../contracts/events/domain-event.ts'
import { type DigestTypes, digestOf, type EventDigest, streamsOf } from '../../../ports/event-digest.ts'
import { eventId } from '../../../ports/event-id.ts'
import { COMMIT_COLUMNS, THEIR_COMMITS } from './event-columns.ts'
import type { EventReader } from './event-reader.ts'
import { query } from './query.ts'
import { type CommitRow, recordedEvent } from './recorded-event.ts'
import { COMMON_TYPES, IS_RARE, RARE_INDEX_EXISTS } from './schema.ts'

/** Each may tell of hundreds of segments. */
const RARE_AT_ONCE = 100

/** Of those that are not needed whole, the data is not read. */
type RareRow = [
  position: number,
  stream: string,
  revision: number,
  type: DomainEventType,
  version: number,
  data: string | null,
  ...CommitRow,
]

/**
 * Reads what a reader needs of events. Nearly all are of two types: where their streams are enough, SQLite makes one text of them
 * all, at a quarter of what it takes to make rows of them.
 * @returns at most `limit` events in a row, or fewer, with one at least if there is any
 */
export function digestReader(
  db: DatabaseSyncInstance,
  reader: EventReader,
): (types: DigestTypes, after: number, limit: number) => EventDigest {
  // A log of an earlier release goes without.
  const useIndex = query(db, RARE_INDEX_EXISTS)().length > 0 ? 'INDEXED BY rare_events' : ''
  const rareEvents = query<RareRow>(
    db,
    `SELECT e.position, e.stream, e.revision, e.type, e.version,
       CASE WHEN e.type IN (SELECT value FROM json_each(?)) THEN e.data END, ${COMMIT_COLUMNS}
     FROM events AS e ${useIndex} ${THEIR_COMMITS}
     WHERE e.position > ? AND e.position <= ? AND e.${IS_RARE} ORDER BY e.position LIMIT +?`,
  )
  const commonStreams = query<[begun: string, continued: string, count: number]>(
    db,
    `SELECT json_group_array(stream) FILTER (WHERE revision = 0),
       json_group_array(stream) FILTER (WHERE revision > 0), count(*)
     FROM events WHERE position > ? AND position <= ? AND NOT (${IS_RARE})`,
  )
  const commits = query<[first: number, commandId: string]>(
    db,
    `SELECT first_position, command_id FROM commits WHERE first_position <= ? ORDER BY first_position DESC LIMIT 1`,
  )
  const idAt = (position: number): string => {
    const [first, commandId] = commits(position)[0]!
    return eventId(commandId, position - first)
  }

  return (types, after, limit) => {
    const head = reader.head()
    if (!COMMON_TYPES.every((type) => types.streams.includes(type)))
      return digestOf(reader.readAll(after, limit), types, after + limit < head)
    const end = Math.min(after + limit, head)
    if (end <= after) return NOTHING
    const rare = rareEvents(JSON.stringify(types.whole), after, end, RARE_AT_ONCE)
    const reached = rare.length < RARE_AT_ONCE ? end : rare.at(-1)![0]
    const [[begun, continued, count]] = commonStreams(after, reached) as [[string, string, number]]
    if (rare.length + count !== reached - after)
      throw new Error(`the event log is damaged: events are missing from ${after + 1} to ${reached}`)
    const others = streamsOf(rare.flatMap((row) => (types.streams.includes(row[3]) ? placeOf(row) : [])))
    return {
      events: rare.flatMap(eventsOf),
      begun: [...parsed(begun), ...others.begun],
      continued: [...parsed(continued), ...others.continued],
      last: { id: idAt(reached), position: reached },
      hasMore: reached < head,
    }
  }
}

const NOTHING: EventDigest = { events: [], begun: [], continued: [], last: undefined, hasMore: false }

const parsed = (streams: string): readonly string[] => JSON.parse(streams)

const placeOf = ([, stream, revision]: RareRow) => ({ stream, revision })

const eventsOf = ([position, stream, revision, type, version, data, ...commit]: RareRow) =>
  data === null ? [] : [recordedEvent([position, stream, revision, type, version, data], commit)]
