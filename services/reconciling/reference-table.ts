import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'

/** How many references an object's stream has counted, and how many there are. */
export type ReferenceCount = {
  readonly object_id: string
  readonly counted: number
  readonly uses: number
}

/** Tallies of references of all objects: on a disk, as there may be ten millions. */
export type ReferenceTable = {
  /** Events of objects, in order; others say nothing of references. */
  tally(events: readonly RecordedEvent[]): void
  objects(): number
  /** Page by page, those objects whose counts differ; a page may be empty. */
  differences(): Iterable<readonly ReferenceCount[]>
  /** Of one object: what the catalog has now. */
  usesOf(object_id: string): number
}

/** Those that `tally` wants to see. */
export const REFERENCE_EVENTS = ['ObjectReferenced', 'ObjectDereferenced', 'ObjectRetired'] as const

const PAGE = 2000

/** Segments of a media object, and media objects that need an init object. */
const USES = `
  (SELECT count(*) FROM main.segments s WHERE s.object_id = o.object_id) +
  (SELECT count(*) FROM main.objects m WHERE m.init_object_id = o.object_id)`

/** @param database a catalog, open for reading */
export function referenceTable(database: DatabaseSyncInstance): ReferenceTable {
  database.exec('CREATE TEMP TABLE tallies (object_id TEXT PRIMARY KEY, counted INTEGER) WITHOUT ROWID')
  const add = database.prepare(`
    INSERT INTO temp.tallies VALUES (?, ?)
    ON CONFLICT (object_id) DO UPDATE SET counted = counted + excluded.counted`)
  const retire = database.prepare('INSERT OR REPLACE INTO temp.tallies VALUES (?, 0)')
  const objects = database.prepare('SELECT count(*) AS objects FROM temp.tallies')
  const page = database.prepare(`
    SELECT o.object_id, o.counted, ${USES} AS uses
    FROM (SELECT * FROM temp.tallies WHERE object_id > ? ORDER BY object_id LIMIT +?) o ORDER BY o.object_id`)
  const uses = database.prepare(`SELECT ${USES} AS uses FROM (SELECT ?1 AS object_id) o`)
  const tally = ({ type, data }: RecordedEvent): void => {
    if (type === 'ObjectReferenced') add.run(data.object_id, data.count)
    else if (type === 'ObjectDereferenced') add.run(data.object_id, -data.count)
    else if (type === 'ObjectRetired') retire.run(data.object_id)
  }
  return {
    tally: (events) => {
      database.exec('BEGIN')
      for (const event of events) tally(event)
      database.exec('COMMIT')
    },
    objects: () => (objects.get() as { objects: number }).objects,
    *differences() {
      let after = ''
      for (;;) {
        const rows = page.all(after, PAGE) as ReferenceCount[]
        const last = rows.at(-1)
        if (!last) return
        yield rows.filter(({ counted, uses }) => counted !== uses)
        after = last.object_id
      }
    },
    usesOf: (object_id) => (uses.get(object_id) as { uses: number }).uses,
  }
}
