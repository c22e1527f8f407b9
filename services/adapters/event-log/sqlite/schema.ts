/** Marks the file as ours (SQLite's application_id): "Flog". */
export const APPLICATION_ID = 0x466c_6f67

/** The same schema, filled from a log that is kept elsewhere (mirrored/): "Flom". */
export const MIRROR_APPLICATION_ID = 0x466c_6f6d

/** SQLite's user_version. A release refuses files of a higher one. */
export const SCHEMA_VERSION = 1

/**
 * Nearly all events are of these: each segment has one of both, whereas one SegmentsAdded tells of hundreds. Consumers of
 * others find theirs by an index, and pass over these without reading any.
 */
export const COMMON_TYPES = ['ObjectAllocated', 'ObjectReferenced'] as const

/** In a statement too it has to say just this, or SQLite does not use the index. */
export const IS_RARE = `type NOT IN (${COMMON_TYPES.map((type) => `'${type}'`).join(', ')})`

/** Older files have none. */
export const RARE_INDEX_EXISTS = `SELECT 1 FROM sqlite_schema WHERE name = 'rare_events'`

/** Of which older files have none: it is made with its first row (decision 62). */
export const REGISTERS = `
  CREATE TABLE IF NOT EXISTS registers (
    name TEXT PRIMARY KEY, revision INTEGER NOT NULL, value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
`

/**
 * `commits` has one row an append. An event belongs to the last commit at or before its position, so neither
 * table repeats the other. `unguarded` marks appends whose expectations would hold again if they were
 * repeated: only those are indexed by command, since all others are found by the revision they expected.
 *
 * The index by stream costs each append a page or two, where the names of streams come in about the order they
 * are made in: object ids begin with the time.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS commits (
    first_position INTEGER PRIMARY KEY,
    event_count INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    command_id TEXT NOT NULL,
    actor TEXT,
    correlation_id TEXT NOT NULL,
    causation_id TEXT,
    unguarded INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS unguarded_commits ON commits (command_id) WHERE unguarded = 1;

  CREATE TABLE IF NOT EXISTS events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL
  ) STRICT;

  CREATE UNIQUE INDEX IF NOT EXISTS events_by_stream ON events (stream, revision);
  CREATE INDEX IF NOT EXISTS rare_events ON events (position) WHERE ${IS_RARE};

  CREATE TABLE IF NOT EXISTS checkpoints (consumer TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS snapshots (stream TEXT PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL) STRICT;

  ${REGISTERS}
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`
