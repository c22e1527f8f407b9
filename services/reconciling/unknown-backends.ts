import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { StorageBackends } from '../storage/storage-backends.ts'
import type { BackendSummary } from './finding.ts'

/** Storage Backends that objects are in and the configuration does not name: what they hold is out of reach. */
export function unknownBackends(
  database: DatabaseSyncInstance,
  { byId }: StorageBackends,
): readonly BackendSummary[] {
  const rows = database
    .prepare(`
      SELECT storage_id, count(*) AS objects FROM (
        SELECT storage_id FROM main.objects WHERE storage_id IS NOT NULL
        UNION ALL SELECT storage_id FROM main.object_instances) GROUP BY storage_id`)
    .all() as { storage_id: string; objects: number }[]
  return rows
    .filter(({ storage_id }) => !byId.has(storage_id))
    .map(({ storage_id, objects }) => ({
      storage_id,
      objects: 0,
      size_bytes: 0,
      missing: 0,
      orphaned: 0,
      other_size: 0,
      left: 0,
      error: `it is not configured, and ${objects} objects are in it`,
    }))
}
