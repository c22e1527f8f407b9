import type { DatabaseSyncInstance } from '@photostructure/sqlite'

/** Bytes that are to go, and the position of the event that made them so. */
export type PurgeRow = {
  readonly storage_id: string
  readonly key: string
  readonly object_id: string
  readonly position: number
}

/** `count`: no more than what was asked to be counted. */
export type PendingPurges = { readonly count: number; readonly oldest: number | undefined }

export type PurgeQueries = {
  /** What is to go from a Storage Backend, the longest waiting first, after this one. */
  purges(storage_id: string, after: PurgeRow | undefined, limit: number): readonly PurgeRow[]
  /** The Storage Backends that something is to go from, whether or not they are configured. */
  storagesWithPurges(): readonly string[]
  /** How much waits, counted up to `most`, and since which position. */
  pendingPurges(storage_id: string, most: number): PendingPurges
}

export function purgeQueries(database: DatabaseSyncInstance): PurgeQueries {
  const page = database.prepare(
    `SELECT storage_id, key, object_id, position FROM purges
     WHERE storage_id = ? AND (position, key) > (?, ?) ORDER BY position, key LIMIT +?`,
  )
  // Goes from one to the next without looking at what is between.
  const storages = database.prepare(
    `WITH RECURSIVE storages (id) AS (
       SELECT min(storage_id) FROM purges
       UNION ALL SELECT (SELECT min(storage_id) FROM purges WHERE storage_id > id) FROM storages WHERE id IS NOT NULL)
     SELECT id FROM storages WHERE id IS NOT NULL`,
  )
  const count = database.prepare(
    'SELECT count(*) AS count FROM (SELECT 1 FROM purges WHERE storage_id = ? LIMIT +?)',
  )
  return {
    purges: (storage_id, after, limit) =>
      page.all(storage_id, after?.position ?? 0, after?.key ?? '', limit) as PurgeRow[],
    storagesWithPurges: () => (storages.all() as { id: string }[]).map(({ id }) => id),
    pendingPurges: (storage_id, most) => ({
      count: (count.get(storage_id, most) as { count: number }).count,
      oldest: (page.get(storage_id, 0, '', 1) as PurgeRow | undefined)?.position,
    }),
  }
}
