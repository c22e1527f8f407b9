import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { appender, type LogEnd } from './append-transaction.ts'
import { beginImmediate } from './begin-immediate.ts'
import { walCheckpointer } from './checkpoint-wal.ts'
import { pause } from './pause.ts'
import { query } from './query.ts'
import type { RefusalMemory } from './refusal-memory.ts'
import { registerWriter } from './registers.ts'
import { streamLookup } from './stream-lookup.ts'
import { foreignChanges, openForWriting } from './writer-connection.ts'
import type { Answer, SaveRequest, WriteRequest, WriterOptions } from './writer-messages.ts'

/** How long to leave the file alone between two batches, in milliseconds, where others are writing it too. */
const YIELD_MS = 1

export type LogWriter = {
  /**
   * Makes all requests one transaction, and returns once it is on disk.
   * @returns their answers, and how many events were added.
   * @throws SQLite's errors: nothing was written then.
   */
  commit(requests: readonly WriteRequest[]): { readonly answers: readonly Answer[]; readonly events: number }
  /** The upkeep that no caller should wait for, to be called after each commit. `idle`: no request is waiting. */
  tidy(idle: boolean): void
  /** Leaves the WAL empty, where no other process is in the way. @throws SQLite's errors, closed all the same. */
  close(): void
  /** For after an error: leaves everything as it is. */
  abandon(): void
}

/**
 * The log's one writer in this process. Blocks its thread.
 * @param refusals outlives the writer: its senders' appends may too
 */
export function openLogWriter({ path, lockWaitMs }: WriterOptions, refusals: RefusalMemory): LogWriter {
  const db = openForWriting(path)
  const lookup = streamLookup(db)
  const appends = appender(db, lookup, refusals)
  const save = saver(db)
  const writeRegister = registerWriter(db)
  const checkpoint = walCheckpointer(db)
  const changedByOthers = foreignChanges(db)
  const readEnd = query<[position: number, timeMs: number]>(
    db,
    'SELECT first_position + event_count - 1, time_ms FROM commits ORDER BY first_position DESC LIMIT 1',
  )
  let known = { position: 0, timeMs: 0 }
  let shared = false

  /** Until the commit nobody else writes: what was remembered is true, or is read again now. */
  function begin(requests: readonly WriteRequest[]): LogEnd {
    beginImmediate(db, lockWaitMs)
    shared = changedByOthers()
    if (shared) {
      const [[position, timeMs] = [0, 0]] = readEnd()
      known = { position, timeMs }
    }
    return {
      position: known.position,
      timeMs: Math.max(Date.now(), known.timeMs),
      heads: lookup.heads(streamsOf(requests)),
    }
  }

  return {
    commit(requests) {
      try {
        const end = begin(requests)
        const start = end.position
        const answers = requests.map((request) => {
          if (request.kind === 'append') return appends.append(request, end)
          if (request.kind === 'write-register') return writeRegister(request)
          save(request)
          return null
        })
        appends.flush()
        db.exec('COMMIT')
        known = { position: end.position, timeMs: end.timeMs }
        return { answers, events: end.position - start }
      } catch (error) {
        appends.discard()
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    },
    tidy(idle) {
      checkpoint(idle)
      if (shared) pause(YIELD_MS)
    },
    close() {
      try {
        db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      } finally {
        db.close()
      }
    },
    abandon: () => db.close(),
  }
}

function* streamsOf(requests: readonly WriteRequest[]): Iterable<string> {
  for (const request of requests) {
    if (request.kind === 'append') yield* request.streams
  }
}

/** A consumer may go back; a snapshot only forward, for two processes may save the same stream's. */
function saver(db: DatabaseSyncInstance): (request: SaveRequest) => void {
  const saveCheckpoint = db.prepare(
    `INSERT INTO checkpoints (consumer, position) VALUES (?, ?)
     ON CONFLICT (consumer) DO UPDATE SET position = excluded.position`,
  )
  const saveSnapshot = db.prepare(
    `INSERT INTO snapshots (stream, revision, state) VALUES (?, ?, ?)
     ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision, state = excluded.state
     WHERE excluded.revision >= snapshots.revision`,
  )
  return (request) => {
    if (request.kind === 'save-checkpoint') saveCheckpoint.run(request.consumer, request.position)
    else saveSnapshot.run(request.stream, request.revision, request.state)
  }
}
