import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { query } from './query.ts'
import { NO_REVISION } from './writer-messages.ts'

export type StreamLookup = {
  /** The last revision of each stream, NO_REVISION for those without events. */
  heads(streams: Iterable<string>): Map<string, number>
  position(stream: string, revision: number): number | undefined
}

/** Finds events by stream. Many streams are looked up by one statement: calls cost more than look-ups. */
export function streamLookup(db: DatabaseSyncInstance): StreamLookup {
  const headsOf = query<[stream: string, revision: number | null]>(
    db,
    'SELECT value, (SELECT max(revision) FROM events WHERE stream = value) FROM json_each(?)',
  )
  const positionOf = query<[position: number]>(
    db,
    'SELECT position FROM events WHERE stream = ? AND revision = ?',
  )
  return {
    heads: (streams) => {
      const names = JSON.stringify([...new Set(streams)])
      return new Map(headsOf(names).map(([stream, revision]) => [stream, revision ?? NO_REVISION]))
    },
    position: (stream, revision) => positionOf(stream, revision)[0]?.[0],
  }
}
