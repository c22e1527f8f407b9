import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { MediaFinding } from './finding.ts'
import { PLACES } from './known-media-table.ts'

/** Something that looked wrong while a backend was listed, and is to be looked at again. */
export type Suspect = {
  readonly key: string
  readonly kind: MediaFinding['kind']
  /** Null for bytes that nothing knows of. */
  readonly object_id: string | null
  readonly size_bytes: number | null
  readonly expected_bytes: number | null
}

/** Suspects of one backend: there may be millions. */
export type SuspectTable = {
  clear(): void
  add(suspects: readonly Suspect[]): void
  /** Lets go of bytes that the catalog has come to know. */
  acquit(storage_id: string): void
  count(kind: Suspect['kind']): number
  pages(): Iterable<readonly Suspect[]>
}

const PAGE = 500

/** @param database a catalog, open for reading */
export function suspectTable(database: DatabaseSyncInstance): SuspectTable {
  database.exec(`
    CREATE TEMP TABLE suspects (
      key TEXT PRIMARY KEY, kind TEXT, object_id TEXT, size_bytes INTEGER, expected_bytes INTEGER
    ) WITHOUT ROWID`)
  const clear = database.prepare('DELETE FROM temp.suspects')
  const add = database.prepare('INSERT INTO temp.suspects VALUES (?, ?, ?, ?, ?)')
  // The catalog is the larger of the two, and has no index of keys: it is gone through once.
  const acquit = database.prepare(`
    DELETE FROM temp.suspects WHERE kind = 'orphaned' AND key IN (
      SELECT s.key FROM (${PLACES}) p CROSS JOIN temp.suspects s ON s.key = p.key)`)
  const count = database.prepare('SELECT count(*) AS count FROM temp.suspects WHERE kind = ?')
  const page = database.prepare('SELECT * FROM temp.suspects WHERE key > ? ORDER BY key LIMIT +?')
  return {
    clear: () => void clear.run(),
    add: (suspects) => {
      if (suspects.length === 0) return
      database.exec('BEGIN')
      for (const { key, kind, object_id, size_bytes, expected_bytes } of suspects)
        add.run(key, kind, object_id, size_bytes, expected_bytes)
      database.exec('COMMIT')
    },
    acquit: (storage_id) => void acquit.run(storage_id),
    count: (kind) => (count.get(kind) as { count: number }).count,
    *pages() {
      let after = ''
      for (;;) {
        const rows = page.all(after, PAGE) as Suspect[]
        const last = rows.at(-1)
        if (!last) return
        yield rows
        after = last.key
      }
    },
  }
}
