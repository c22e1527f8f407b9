import { DatabaseSync } from '@photostructure/sqlite'
import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type {
  InstanceRemoved,
  InstanceStored,
  ObjectAllocated,
} from '../../contracts/events/object-events.ts'
import type { CopiedEvent } from '../adapters/event-log/sqlite/log-copy.ts'

/** What tells of places that bytes may be in, and of those from which they may go. */
export const GONE_TYPES = ['InstanceRemoved', 'ObjectRetired'] as const satisfies readonly DomainEventType[]
export const PLACE_TYPES = ['ObjectAllocated', 'InstanceStored', ...GONE_TYPES] as const

/** Where an object's bytes are, or may come to be. */
export type Place = { readonly storage_id: string; readonly key: string; readonly object_id: string }

/** What a backup has of a place. */
export type Copied = Pick<Place, 'storage_id' | 'key'> & { readonly bytes: number; readonly sha256: string }

/** The places of all objects that are not retired, as the events taken so far have it. */
export type MediaPlaces = {
  take(events: readonly CopiedEvent[]): void
  storages(): readonly { readonly storage_id: string; readonly objects: number }[]
  /** How many have not been copied. */
  countOpen(storageId: string): number
  /** Those that have not been copied, in the order of keys. */
  open(storageId: string, afterKey: string, limit: number): readonly Place[]
  copied(copies: readonly Copied[]): void
  /** Those that were, in the order of storage and key. */
  copies(): Iterable<Copied>
  /** Whether it is one that has not been copied, and that this event takes away. */
  isOpen(event: CopiedEvent): boolean
  has(storageId: string, key: string): boolean
  close(): void
}

const SCHEMA = `
CREATE TABLE places (
  storage_id TEXT, key TEXT, object_id TEXT NOT NULL, bytes INTEGER, sha256 TEXT, PRIMARY KEY (storage_id, key)
) WITHOUT ROWID;
CREATE INDEX places_by_object ON places (object_id);
CREATE INDEX open_places ON places (storage_id, key) WHERE sha256 IS NULL;
PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;
`

/** @param path a file of its own, which is worth nothing later: millions of places need not fit into memory */
export function openMediaPlaces(path: string): MediaPlaces {
  const database = new DatabaseSync(path)
  database.exec(SCHEMA)
  const add = database.prepare('INSERT OR IGNORE INTO places (storage_id, key, object_id) VALUES (?, ?, ?)')
  const removePlace = database.prepare('DELETE FROM places WHERE storage_id = ? AND key = ?')
  const removeObject = database.prepare('DELETE FROM places WHERE object_id = ?')
  const storages = database.prepare('SELECT storage_id, count(*) AS objects FROM places GROUP BY storage_id')
  const countOpen = database.prepare(
    'SELECT count(*) AS count FROM places WHERE storage_id = ? AND sha256 IS NULL',
  )
  const open = database.prepare(
    `SELECT storage_id, key, object_id FROM places
     WHERE storage_id = ? AND key > ? AND sha256 IS NULL ORDER BY key LIMIT +?`,
  )
  const mark = database.prepare('UPDATE places SET bytes = ?, sha256 = ? WHERE storage_id = ? AND key = ?')
  const copies = database.prepare(
    'SELECT storage_id, key, bytes, sha256 FROM places WHERE sha256 IS NOT NULL ORDER BY storage_id, key',
  )
  const openPlace = database.prepare(
    'SELECT 1 FROM places WHERE storage_id = ? AND key = ? AND sha256 IS NULL',
  )
  const openObject = database.prepare('SELECT 1 FROM places WHERE object_id = ? AND sha256 IS NULL LIMIT 1')
  const has = database.prepare('SELECT 1 FROM places WHERE storage_id = ? AND key = ?')

  const together = (work: () => void): void => {
    database.exec('BEGIN')
    work()
    database.exec('COMMIT')
  }
  const take = ({ type, data }: CopiedEvent): void => {
    if (type === 'ObjectAllocated' || type === 'InstanceStored') {
      const { storage_id, key, object_id } = data as (ObjectAllocated | InstanceStored)['data']
      add.run(storage_id, key, object_id)
    } else if (type === 'ObjectRetired') removeObject.run((data as Place).object_id)
    else if (type === 'InstanceRemoved') {
      const removed = data as InstanceRemoved['data']
      if ('key' in removed) removePlace.run(removed.storage_id, removed.key)
    }
  }

  return {
    take: (events) => together(() => events.forEach(take)),
    storages: () => storages.all() as { storage_id: string; objects: number }[],
    countOpen: (storageId) => (countOpen.get(storageId) as { count: number }).count,
    open: (storageId, afterKey, limit) => open.all(storageId, afterKey, limit) as Place[],
    copied: (some) =>
      together(() => {
        for (const { storage_id, key, bytes, sha256 } of some) mark.run(bytes, sha256, storage_id, key)
      }),
    copies: () => copies.iterate() as Iterable<Copied>,
    isOpen: ({ type, data }) => {
      const { object_id, storage_id, key } = data as Partial<Place>
      if (type === 'ObjectRetired') return openObject.get(object_id ?? null) !== undefined
      return key !== undefined && openPlace.get(storage_id ?? null, key) !== undefined
    },
    has: (storageId, key) => has.get(storageId, key) !== undefined,
    close: () => database.close(),
  }
}
