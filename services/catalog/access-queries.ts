import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { AUTH_CLASSES } from '../../domain/access/access.ts'
import type { ObjectRow } from './object-queries.ts'

/** Which Flows use an object is asked by their classes. */
export type UseOfObject = {
  /** One of these the Flow has to be of. */
  readonly classes: ReadonlySet<string>
  /** Or it is this one. */
  readonly flow_id?: string
}

export type AccessQueries = {
  /** The Flow's classes; undefined where there is no such Flow. */
  flowClasses(id: string): readonly string[] | undefined
  sourceClasses(id: string): readonly string[] | undefined
  /** Of these Flows those that are there, and of one of the classes. */
  flowsOfClasses(ids: readonly string[], classes: ReadonlySet<string>): ReadonlySet<string>
  sourcesOfClasses(ids: readonly string[], classes: ReadonlySet<string>): ReadonlySet<string>
  /** Whether such a Flow has a segment of the object, or of one that needs it, if it is an init object. */
  isUsedBy(object: Pick<ObjectRow, 'id' | 'role'>, use: UseOfObject): boolean
}

const PATH = `$.tags.${AUTH_CLASSES}`

/** @param ofClasses a JSON list of classes @returns whether a row is of one of them */
const isOf = (table: string, ofClasses: string): string => `EXISTS (
  SELECT 1 FROM json_each(${table}.document, '${PATH}') own
  WHERE own.value IN (SELECT value FROM json_each(${ofClasses})))`

const IS_WANTED = `(f.id = ?3 OR ${isOf('f', '?2')})`

/** Each timeline once, however many segments of the object it has. */
const USES_OF_MEDIA = `
  WITH RECURSIVE uses(timeline) AS (
    SELECT min(timeline) FROM segments INDEXED BY segments_by_object WHERE object_id = ?1
    UNION ALL
    SELECT (SELECT min(timeline) FROM segments INDEXED BY segments_by_object
      WHERE object_id = ?1 AND timeline > uses.timeline)
    FROM uses WHERE uses.timeline IS NOT NULL)
  SELECT 1 FROM uses CROSS JOIN timelines t ON t.key = uses.timeline CROSS JOIN flows f ON f.id = t.flow_id
  WHERE ${IS_WANTED} LIMIT 1`

/** Looking for a use in vain ends after so many media objects: they are mostly of the same few Flows. */
const MAX_MEDIA_OF_INIT = 10_000

const USES_OF_INIT = `
  SELECT 1 FROM (
      SELECT id FROM objects INDEXED BY objects_by_init WHERE init_object_id = ?1 LIMIT ${MAX_MEDIA_OF_INIT}) m
    CROSS JOIN segments s INDEXED BY segments_by_object ON s.object_id = m.id
    CROSS JOIN timelines t ON t.key = s.timeline CROSS JOIN flows f ON f.id = t.flow_id
  WHERE ${IS_WANTED} LIMIT 1`

export function accessQueries(database: DatabaseSyncInstance): AccessQueries {
  const classes = (table: 'flows' | 'sources') => {
    const statement = database.prepare(`SELECT document -> '${PATH}' AS classes FROM ${table} WHERE id = ?`)
    return (id: string): readonly string[] | undefined => {
      const row = statement.get(id) as { classes: string | null } | undefined
      return row && [JSON.parse(row.classes ?? '[]') as string | string[]].flat()
    }
  }
  const thoseOf = (table: 'flows' | 'sources') => {
    const statement = database.prepare(
      `SELECT r.id AS id FROM json_each(?1) AS asked CROSS JOIN ${table} r ON r.id = asked.value
       WHERE ${isOf('r', '?2')}`,
    )
    return (ids: readonly string[], wanted: ReadonlySet<string>): ReadonlySet<string> => {
      const rows = statement.all(JSON.stringify(ids), JSON.stringify([...wanted])) as { id: string }[]
      return new Set(rows.map(({ id }) => id))
    }
  }
  const usesOfMedia = database.prepare(USES_OF_MEDIA)
  const usesOfInit = database.prepare(USES_OF_INIT)
  return {
    flowClasses: classes('flows'),
    sourceClasses: classes('sources'),
    flowsOfClasses: thoseOf('flows'),
    sourcesOfClasses: thoseOf('sources'),
    isUsedBy: ({ id, role }, { classes: wanted, flow_id = '' }) => {
      const statement = role === 'init' ? usesOfInit : usesOfMedia
      return statement.get(id, JSON.stringify([...wanted]), flow_id) !== undefined
    },
  }
}
