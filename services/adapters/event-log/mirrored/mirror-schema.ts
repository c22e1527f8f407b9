import { SCHEMA } from '../sqlite/schema.ts'

/**
 * The schema of an embedded log, for its readers, under another name, so that nobody takes it for one; and how far it is.
 *
 * `taken`: the server's place of the last event that was looked at, with its id, and -1 and none before the first.
 * `end_ms`: when nothing more was there, UTC milliseconds. `waiting`: events of appends that are not whole yet.
 * `broken`: appends that were let go in parts.
 */
export const MIRROR_SCHEMA = (applicationId: number): string => `
  ${SCHEMA}
  PRAGMA application_id = ${applicationId};

  CREATE TABLE IF NOT EXISTS mirror (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    taken INTEGER NOT NULL,
    taken_id TEXT,
    end_ms INTEGER NOT NULL
  ) STRICT;
  INSERT OR IGNORE INTO mirror VALUES (1, -1, NULL, 0);

  CREATE TABLE IF NOT EXISTS waiting (
    place INTEGER PRIMARY KEY,
    append TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    event TEXT NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS broken (append TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`
