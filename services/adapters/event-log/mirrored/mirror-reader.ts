import { randomUUID } from 'node:crypto'
import { commitSignal } from '../sqlite/commit-signal.ts'
import { dataVersion } from '../sqlite/data-version.ts'
import { openLogFile } from '../sqlite/log-file.ts'
import { query } from '../sqlite/query.ts'
import { MIRROR_APPLICATION_ID } from '../sqlite/schema.ts'
import { streamLookup } from '../sqlite/stream-lookup.ts'
import { MIRROR_SCHEMA } from './mirror-schema.ts'

export type Place = { readonly stream: string; readonly revision: number }

export type MirrorReader = {
  /** The file, without symbolic links. */
  readonly path: string
  /** Where in the order an event is; undefined while it is in none. */
  positionOf(place: Place): number | undefined
  /** The last revision of each stream, -1 for those without events. */
  heads(streams: readonly string[]): ReadonlyMap<string, number>
  /** The time of the append that has the event at this position, UTC milliseconds. */
  timeAt(position: number): number
  head(): number
  /** The append an event is part of that waits for the rest of it. */
  waitingAppend(place: Place): string | undefined
  countWaiting(): number
  /** When nothing more was at the server, UTC milliseconds; 0 for never. */
  endMs(): number
  /** Changes with the file. */
  changes(): number
  /** Resolves when the file has changed since, or after `ms`. */
  changed(since: number, ms: number): Promise<void>
  close(): void
}

/** What of a mirror its log's own readers do not tell. Makes the file where there is none. */
export function openMirrorReader(location: string): MirrorReader {
  const { path, db } = openLogFile(location, MIRROR_SCHEMA(MIRROR_APPLICATION_ID))
  const signal = commitSignal(path, randomUUID(), dataVersion(db))
  const unwatch = signal.watch()
  const { position, heads } = streamLookup(db)
  const head = query<[number | null]>(db, 'SELECT max(position) FROM events')
  const time = query<[number]>(
    db,
    'SELECT time_ms FROM commits WHERE first_position <= ? ORDER BY first_position DESC LIMIT 1',
  )
  const waiting = query<[string]>(db, 'SELECT append FROM waiting WHERE stream = ? AND revision = ?')
  const waitingCount = query<[number]>(db, 'SELECT count(DISTINCT append) FROM waiting')
  const end = query<[number]>(db, 'SELECT end_ms FROM mirror')

  return {
    path,
    positionOf: ({ stream, revision }) => position(stream, revision),
    heads,
    timeAt: (at) => time(at)[0]?.[0] ?? 0,
    head: () => head()[0]?.[0] ?? 0,
    waitingAppend: ({ stream, revision }) => waiting(stream, revision)[0]?.[0],
    countWaiting: () => waitingCount()[0]?.[0] ?? 0,
    endMs: () => end()[0]?.[0] ?? 0,
    changes: signal.count,
    changed(since, ms) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, ms)
      })
      return Promise.race([signal.after(since), late]).finally(() => clearTimeout(timer))
    },
    close() {
      unwatch()
      db.close()
    },
  }
}
