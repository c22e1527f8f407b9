import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** A copy that was asked for and is not there yet. */
export type OpenCopyRow = {
  readonly object_id: string
  readonly storage_id: string
  readonly key: string
  /** Of the event that asked for it. */
  readonly position: number
}

export type CopyQueries = {
  /** Copies to a Storage Backend that were asked for after this position, in that order. */
  openCopies(storage_id: string, after: number, limit: number): readonly OpenCopyRow[]
  countOpenCopies(): number
}

export function copyQueries(database: DatabaseSyncInstance): CopyQueries {
  const open = database.prepare(
    'SELECT * FROM copies WHERE storage_id = ? AND position > ? ORDER BY position LIMIT +?',
  )
  const count = database.prepare('SELECT count(*) AS copies FROM copies')
  return {
    openCopies: (storage_id, after, limit) => open.all(storage_id, after, limit) as OpenCopyRow[],
    countOpenCopies: () => (count.get() as { copies: number }).copies,
  }
}
