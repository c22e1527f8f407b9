import type { CatalogWrite } from './catalog-write.ts'
import type { RowChange } from './row-change.ts'

type Op = 'add-copy' | 'remove-copy' | 'add-purge' | 'remove-purge' | 'remove-purges'

/** How what is to come to and to go from Storage Backends is applied. */
export const purgeChanges: {
  readonly [K in Op]: (write: CatalogWrite, change: Extract<RowChange, { op: K }>) => void
} = {
  'add-copy': ({ prepare }, { object_id, storage_id, key, position }) => {
    prepare('INSERT INTO copies VALUES (?, ?, ?, ?)').run(object_id, storage_id, key, position)
  },
  'remove-copy': ({ prepare }, { object_id, storage_id }) => {
    prepare('DELETE FROM copies WHERE object_id = ? AND storage_id = ?').run(object_id, storage_id)
  },
  'add-purge': ({ prepare }, { storage_id, key, object_id, position }) => {
    prepare('INSERT INTO purges VALUES (?, ?, ?, ?)').run(storage_id, key, object_id, position)
  },
  'remove-purge': ({ prepare }, { object_id, storage_id, key }) => {
    prepare('DELETE FROM purges WHERE object_id = ? AND storage_id = ? AND key = ?').run(
      object_id,
      storage_id,
      key,
    )
  },
  'remove-purges': ({ prepare }, { object_id }) => {
    prepare('DELETE FROM purges WHERE object_id = ?').run(object_id)
  },
}

/** Has the bytes of all instances of an object go, also of copies that may be half made. */
export function purgeInstances({ prepare }: CatalogWrite, object_id: string, position: number): void {
  prepare(
    `INSERT INTO purges
     SELECT storage_id, key, ?1, ?2 FROM objects WHERE id = ?1 AND storage_id IS NOT NULL
     UNION ALL SELECT storage_id, key, ?1, ?2 FROM object_instances WHERE object_id = ?1
     UNION ALL SELECT storage_id, key, ?1, ?2 FROM copies WHERE object_id = ?1`,
  ).run(object_id, position)
  prepare('DELETE FROM copies WHERE object_id = ?').run(object_id)
}
