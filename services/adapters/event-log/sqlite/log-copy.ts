import { pathToFileURL } from 'node:url'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import type { DomainEventType } from '../../../../contracts/events/domain-event.ts'
import { upcast } from '../../../../contracts/events/upcast.ts'
import { eventId } from '../../../ports/event-id.ts'
import { openLogFile } from './log-file.ts'
import { query } from './query.ts'
import { SCHEMA } from './schema.ts'

/** Positions that are read at once: few enough that nobody's transaction is open for long. */
const SLICE = 2_000
const OPEN_WAIT_MS = 5_000

/** An event as far as a copy needs it. */
export type CopiedEvent = { readonly type: string; readonly data: unknown }

/**
 * A copy of a log that others go on writing to. The log only grows, so the copy is made slice by slice, each in a
 * transaction of some milliseconds: a snapshot held for as long as all of it takes would keep the writer from
 * emptying its write-ahead log.
 */
export type LogCopy = {
  /** How far the copy goes; 0 for an empty one. */
  position(): number
  /** The id of its last event. */
  lastEvent(): string | undefined
  /** Whether the copy is the beginning of the log. */
  isOfSource(): boolean
  /** Where the log ends now. What consumers and snapshots have of it is taken at this moment, too. */
  mark(): number
  /** Copies up to a position that `mark` has told; after each slice it says how many events that were. */
  extendTo(position: number): Iterable<number>
  /** The copy's events of these types, page by page, after one position and up to another. */
  events(types: readonly DomainEventType[], after: number, upTo: number): Iterable<readonly CopiedEvent[]>
  /** The log's events of these types after a position, be they copied or not. */
  eventsSince(types: readonly DomainEventType[], after: number): readonly CopiedEvent[]
  hasEvent(stream: string, type: DomainEventType): boolean
  /** Closes it, as a log like any other. */
  finish(): void
  /** Gives it up, where it is not finished. */
  close(): void
}

/**
 * @param path where the copy is, or will be: nothing else has it open, and it is worthless until it is finished
 * @throws where the source is no log, or a newer one than this release knows
 */
export function openLogCopy(path: string, sourcePath: string): LogCopy {
  openLogFile(sourcePath).db.close()
  const db = new DatabaseSync(path, { timeout: OPEN_WAIT_MS })
  try {
    // A copy that is cut short is thrown away: nothing need be on the disk before the end.
    // What is cut short is thrown away.
    db.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536')
    db.exec(SCHEMA)
    db.prepare('ATTACH ? AS source').run(`${pathToFileURL(sourcePath).href}?mode=ro`)
    return logCopy(db)
  } catch (error) {
    db.close()
    throw error
  }
}

function logCopy(db: DatabaseSyncInstance): LogCopy {
  const endOf = (log: string) => query<[number | null]>(db, `SELECT max(position) FROM ${log}.events`)
  const [end, sourceEnd] = [endOf('main'), endOf('source')]
  const eventAt = { main: eventIdIn(db, 'main'), source: eventIdIn(db, 'source') }
  const addEvents = db.prepare(
    'INSERT INTO main.events SELECT * FROM source.events WHERE position > ? AND position <= ?',
  )
  const addCommits = db.prepare(
    'INSERT INTO main.commits SELECT * FROM source.commits WHERE first_position > ? AND first_position <= ?',
  )
  const ofTypes = (log: string) =>
    query<[string, number, string]>(
      db,
      `SELECT type, version, data FROM ${log}.events
       WHERE position > ? AND position <= ? AND type IN (SELECT value FROM json_each(?)) ORDER BY position`,
    )
  const read = { main: ofTypes('main'), source: ofTypes('source') }
  const inStream = query(db, 'SELECT 1 FROM main.events WHERE stream = ? AND type = ? LIMIT 1')
  const position = (): number => end()[0]?.[0] ?? 0

  function* pages(log: 'main' | 'source', types: readonly DomainEventType[], after: number, upTo: number) {
    const wanted = JSON.stringify(types)
    for (let from = after; from < upTo; from += SLICE) {
      const rows = read[log](from, Math.min(from + SLICE, upTo), wanted)
      yield rows.map(([type, version, data]) => ({ type, data: upcast(type, version, JSON.parse(data)) }))
    }
  }

  return {
    position,
    lastEvent: () => eventAt.main(position()),
    isOfSource: () => eventAt.main(position()) === eventAt.source(position()),
    mark: () => {
      db.exec(`
        BEGIN;
        DELETE FROM main.checkpoints; INSERT INTO main.checkpoints SELECT * FROM source.checkpoints;
        DELETE FROM main.snapshots; INSERT INTO main.snapshots SELECT * FROM source.snapshots`)
      const marked = sourceEnd()[0]?.[0] ?? 0
      db.exec('COMMIT')
      return marked
    },
    *extendTo(last) {
      for (let from = position(); from < last; from += SLICE) {
        const to = Math.min(from + SLICE, last)
        addEvents.run(from, to)
        addCommits.run(from, to)
        yield to - from
      }
    },
    events: (types, after, upTo) => pages('main', types, after, upTo),
    eventsSince: (types, after) => [...pages('source', types, after, sourceEnd()[0]?.[0] ?? 0)].flat(),
    hasEvent: (stream, type) => inStream(stream, type).length > 0,
    finish: () => {
      db.exec('DETACH source')
      // The file says so from then on. Closing it removes what SQLite keeps beside it.
      db.exec('PRAGMA journal_mode = WAL')
      db.close()
    },
    close: () => {
      if (db.isOpen) db.close()
    },
  }
}

function eventIdIn(db: DatabaseSyncInstance, log: string): (position: number) => string | undefined {
  const commitOf = query<[number, string]>(
    db,
    `SELECT first_position, command_id FROM ${log}.commits
     WHERE first_position <= ?1 AND first_position + event_count > ?1 ORDER BY first_position DESC LIMIT 1`,
  )
  return (position) => {
    const [commit] = commitOf(position)
    return commit && eventId(commit[1], position - commit[0])
  }
}
