import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { KnownMedia } from './merge-keys.ts'

/**
 * What the catalog knows of one Storage Backend, in the order of keys. It is copied, as a listing takes its
 * time, and a transaction as long as that would have the catalog's write-ahead log grow without end.
 */
export type KnownMediaTable = {
  /** Replaces what was copied before. */
  copy(storage_id: string): { readonly stored: number }
  /** Page by page; `copy` must not be called until the last. */
  pages(): Iterable<readonly KnownMedia[]>
}

const PAGE = 1000

/** Every key that is or may come to be in a backend, `is_stored` where the bytes have to be there. */
export const PLACES = `
  SELECT key, id AS object_id, role IS NOT NULL AS is_stored, size_bytes
    FROM main.objects WHERE storage_id = ?1
  UNION ALL
  SELECT i.key, i.object_id, 1, o.size_bytes
    FROM main.object_instances i LEFT JOIN main.objects o ON o.id = i.object_id WHERE i.storage_id = ?1
  UNION ALL
  SELECT key, object_id, 0, NULL FROM main.copies WHERE storage_id = ?1
  UNION ALL
  SELECT key, object_id, 0, NULL FROM main.purges WHERE storage_id = ?1`

/** @param database a catalog, open for reading: its temporary tables are on a disk, and its own */
export function knownMediaTable(database: DatabaseSyncInstance): KnownMediaTable {
  database.exec(`
    CREATE TEMP TABLE known (
      key TEXT PRIMARY KEY, object_id TEXT, is_stored INTEGER, size_bytes INTEGER
    ) WITHOUT ROWID`)
  const clear = database.prepare('DELETE FROM temp.known')
  const copy = database.prepare(`
    INSERT OR IGNORE INTO temp.known (key, object_id, is_stored, size_bytes)
    SELECT key, object_id, is_stored, size_bytes FROM (${PLACES}) ORDER BY key, is_stored`)
  const stored = database.prepare('SELECT count(*) AS stored FROM temp.known WHERE is_stored = 1')
  const page = database.prepare('SELECT * FROM temp.known WHERE key > ? ORDER BY key LIMIT +?')
  return {
    copy: (storage_id) => {
      clear.run()
      copy.run(storage_id)
      return stored.get() as { stored: number }
    },
    *pages() {
      let after = ''
      for (;;) {
        const rows = page.all(after, PAGE) as KnownMedia[]
        const last = rows.at(-1)
        if (!last) return
        yield rows
        after = last.key
      }
    },
  }
}
