import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { type RowInserter, rowInserter } from './row-inserter.ts'

/** Adds commits and their events to a log's tables. */
export type LogInserter = {
  /** Position, stream, revision, type, version, data. */
  readonly events: Pick<RowInserter, 'add'>
  /** First position, number of events, time, command, actor, correlation, causation, whether it is unguarded. */
  readonly commits: Pick<RowInserter, 'add'>
  /** Writes all that was added. */
  flush(): void
  /** Forgets what was added and not written yet. */
  discard(): void
}

const EVENT_COLUMNS = ['position', 'stream', 'revision', 'type', 'version', 'data']
const COMMIT_COLUMNS = [
  'first_position',
  'event_count',
  'time_ms',
  'command_id',
  'actor',
  'correlation_id',
  'causation_id',
  'unguarded',
]

/** @param db with the tables of schema.ts */
export function logInserter(db: DatabaseSyncInstance): LogInserter {
  const events = rowInserter(db, 'INTO events', EVENT_COLUMNS)
  const commits = rowInserter(db, 'INTO commits', COMMIT_COLUMNS)
  return {
    events,
    commits,
    flush() {
      events.flush()
      commits.flush()
    },
    discard() {
      events.discard()
      commits.discard()
    },
  }
}
