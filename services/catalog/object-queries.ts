import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { Condition } from './list-queries.ts'

/** An object as the catalog has it; `role` is null until a segment has used it. */
export type ObjectRow = {
  readonly id: string
  readonly storage_id: string | null
  readonly key: string | null
  readonly content_type: string | null
  readonly role: 'media' | 'init' | null
  readonly timerange: string | null
  readonly key_frame_count: number | null
  readonly init_object_id: string | null
  readonly first_flow_id: string | null
  /** 1 where it can also be read elsewhere: ask `urls` and `instances`. */
  readonly has_urls: number | null
  /** What is recorded of its bytes, or neither. `checksums` is JSON. */
  readonly size_bytes: number | null
  readonly checksums: string | null
}

export type UncontrolledUrlRow = { readonly label: string; readonly url: string }

export type InstanceRow = { readonly storage_id: string; readonly key: string }

/** Where bytes are that nothing is recorded of. */
export type UnmeasuredInstance = { readonly object_id: string; readonly key: string }

export type FlowsOfObjectRequest = {
  /** On `flows`. */
  readonly conditions: readonly Condition[]
  /** Ids after this one. */
  readonly after: string
  readonly limit: number
}

export type ObjectQueries = {
  object(id: string): ObjectRow | undefined
  /** The object's URLs outside this service, by label. */
  urls(object_id: string): readonly UncontrolledUrlRow[]
  /** The object's instances in Storage Backends beside the one in its own row, by storage id. */
  instances(object_id: string): readonly InstanceRow[]
  /** Of these objects those that a Storage Backend has an instance of, and nothing is recorded of; each once. */
  unmeasuredIn(storage_id: string, ids: readonly string[]): readonly UnmeasuredInstance[]
  /** Whether it is there, was registered, and neither a segment uses it nor a media object that was made with it. */
  isUnreferenced(id: string): boolean
  /** Whether it is there, and no segment has used it so far. */
  isUnregistered(id: string): boolean
  /** The object that was allocated for uploads to the plain URL of `key`. */
  objectOfPlainKey(key: string): ObjectRow | undefined
  /** Flows with a segment of the object (of a media object that needs it, if it is an init object), by id. */
  flowsOf(object: ObjectRow, request: FlowsOfObjectRequest): readonly string[]
}

export function objectQueries(database: DatabaseSyncInstance): ObjectQueries {
  const object = database.prepare('SELECT * FROM objects WHERE id = ?')
  const urls = database.prepare('SELECT label, url FROM object_urls WHERE object_id = ? ORDER BY label')
  const instances = database.prepare(
    'SELECT storage_id, key FROM object_instances WHERE object_id = ? ORDER BY storage_id',
  )
  const objectOfPlainKey = database.prepare(
    'SELECT * FROM objects WHERE key = ? AND plain_upload IS NOT NULL',
  )
  const unreferenced = database.prepare(
    `SELECT 1 FROM objects o WHERE id = ? AND role IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM segments s WHERE s.object_id = o.id)
       AND NOT EXISTS (SELECT 1 FROM objects m WHERE m.init_object_id = o.id)`,
  )
  // One call for all of them: calls cost more than look-ups.
  const unmeasured = database.prepare(
    `SELECT o.id AS object_id, ifnull(
         CASE WHEN o.storage_id = ?2 THEN o.key END,
         CASE WHEN o.has_urls = 1 THEN (
           SELECT i.key FROM object_instances i WHERE i.object_id = o.id AND i.storage_id = ?2) END) AS found
       FROM (SELECT DISTINCT value FROM json_each(?1)) JOIN objects o ON o.id = value
       WHERE o.size_bytes IS NULL AND found IS NOT NULL`,
  )
  const unregistered = database.prepare('SELECT 1 FROM objects WHERE id = ? AND role IS NULL')
  return {
    object: (id) => object.get(id) as ObjectRow | undefined,
    urls: (object_id) => urls.all(object_id) as UncontrolledUrlRow[],
    instances: (object_id) => instances.all(object_id) as InstanceRow[],
    unmeasuredIn: (storage_id, ids) => {
      const rows = unmeasured.all(JSON.stringify(ids), storage_id) as { object_id: string; found: string }[]
      return rows.map(({ object_id, found }) => ({ object_id, key: found }))
    },
    isUnregistered: (id) => unregistered.get(id) !== undefined,
    isUnreferenced: (id) => unreferenced.get(id) !== undefined,
    objectOfPlainKey: (key) => objectOfPlainKey.get(key) as ObjectRow | undefined,
    flowsOf: ({ id, role }, { conditions, after, limit }) => {
      const where = ['flows.id > ?', ...conditions.map(({ sql }) => sql)].join(' AND ')
      const statement = database.prepare(`
        SELECT DISTINCT flows.id AS id FROM ${role === 'init' ? USES_OF_INIT : USES_OF_MEDIA}
          JOIN timelines t ON t.key = s.timeline JOIN flows ON flows.id = t.flow_id
        WHERE used = ? AND ${where} ORDER BY flows.id LIMIT +?`)
      const parameters = conditions.flatMap((condition) => condition.parameters)
      return (statement.all(id, after, ...parameters, limit) as { id: string }[]).map((row) => row.id)
    },
  }
}

const USES_OF_MEDIA = '(SELECT object_id AS used, timeline FROM segments) s'
const USES_OF_INIT = `(
  SELECT o.init_object_id AS used, m.timeline FROM objects o JOIN segments m ON m.object_id = o.id) s`
