import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { query } from './query.ts'

/** Where it cannot be read it has no number: subscribers are woken, and meet the error themselves. */
export function dataVersion(db: DatabaseSyncInstance): () => number {
  const read = query<[number]>(db, 'PRAGMA data_version')
  return () => {
    try {
      return read()[0]?.[0] ?? Number.NaN
    } catch {
      return Number.NaN
    }
  }
}
