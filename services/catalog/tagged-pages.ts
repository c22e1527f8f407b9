import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { TagFilter } from '../storage/matches-tags.ts'
import type { Condition } from './list-queries.ts'
import { packedRows } from './packed-rows.ts'

type TaggedPageRequest = {
  readonly object_id?: string
  readonly tags?: TagFilter
  readonly reverse: boolean
  readonly limit: number
}

/** A page of segments `s`, those that meet a condition. @param byObject whether by the index of objects */
type PageSql = (order: 'ASC' | 'DESC', byObject: boolean, condition: string) => string

export const hasTagFilter = ({ tagValues, tagExists }: TagFilter = {}): boolean =>
  (tagValues?.size ?? 0) + (tagExists?.size ?? 0) > 0

/**
 * Pages of segments by their tags: their fields, and one row more than the page has, if any follows.
 * @param columns what `pageSql` gives
 */
export function taggedPages(database: DatabaseSyncInstance, columns: readonly string[], pageSql: PageSql) {
  return (
    timeline: number,
    { object_id, tags = {}, reverse, limit }: TaggedPageRequest,
    bounds: readonly number[],
  ): readonly string[][] => {
    const order = reverse ? 'DESC' : 'ASC'
    const rare = object_id === undefined ? rareTagCondition(database, timeline, tags) : undefined
    const asked = allOf([
      ...(object_id === undefined ? [] : [{ sql: 's.object_id = ?', parameters: [object_id] }]),
      ...segmentTagConditions(tags),
    ])
    const condition = rare ? startsOf(rare, asked, order, [timeline, ...bounds, limit + 1]) : asked
    const sql = pageSql(order, object_id !== undefined, condition.sql)
    // Filters make many statements: these are prepared each time.
    return packedRows(database, columns, sql)(timeline, ...condition.parameters, ...bounds, limit + 1)
  }
}

const allOf = (conditions: readonly Condition[]): Condition => ({
  sql: conditions.map(({ sql }) => sql).join(' AND '),
  parameters: conditions.flatMap(({ parameters }) => parameters),
})

/** Finds where the page's segments start by an index alone, so that only those are then read whole. */
function startsOf(
  rare: Condition,
  asked: Condition,
  order: 'ASC' | 'DESC',
  [timeline = 0, ...rest]: readonly number[],
): Condition {
  return {
    sql: `(s.start_s, s.start_ns) IN (
      SELECT s.start_s, s.start_ns FROM segments s INDEXED BY segments_by_object
      WHERE s.timeline = ? AND s.object_id IN (SELECT g.object_id ${rare.sql}) AND ${asked.sql}
        AND (s.start_s, s.start_ns) >= (?, ?) AND (s.start_s, s.start_ns) <= (?, ?)
      ORDER BY s.start_s ${order}, s.start_ns ${order} LIMIT +?)`,
    parameters: [timeline, ...rare.parameters, ...asked.parameters, ...rest],
  }
}

/** Whether a segment `s` passes, asked of each. */
const segmentTagConditions = ({ tagValues, tagExists }: TagFilter): readonly Condition[] => [
  ...[...(tagValues ?? [])].map(([name, values]) => hasTag(name, values, true)),
  ...[...(tagExists ?? [])].map(([name, exists]) => hasTag(name, undefined, exists)),
]

/**
 * Objects with a rarer tag are looked up one by one, which takes 3 microseconds each; others are met soon
 * enough on the way, unless all of them are far from where a page of a long timeline starts.
 */
const RARE = 20_000

/**
 * The other way round, where it is the shorter one: the objects that pass one of the filters, as a condition
 * on `s.object_id`. Undefined where they are many, or no filter asks for a tag to be there.
 */
function rareTagCondition(
  database: DatabaseSyncInstance,
  timeline: number,
  { tagValues, tagExists }: TagFilter,
): Condition | undefined {
  const wanted = [
    ...[...(tagValues ?? [])].map(([name, values]) => matching(timeline, name, values)),
    ...[...(tagExists ?? [])].flatMap(([name, exists]) =>
      exists ? [matching(timeline, name, undefined)] : [],
    ),
  ]
  return wanted.find(({ sql, parameters }) => {
    const counted = `SELECT count(*) AS rows FROM (SELECT 1 ${sql} LIMIT ${RARE})`
    return (database.prepare(counted).get(...parameters) as { rows: number }).rows < RARE
  })
}

const matching = (timeline: number, name: string, values: readonly string[] | undefined): Condition => ({
  sql: `FROM segment_tags g WHERE g.timeline = ? AND g.name = ? ${valueIn(values)}`,
  parameters: [timeline, name, ...(values ?? [])],
})

const hasTag = (name: string, values: readonly string[] | undefined, exists: boolean): Condition => ({
  sql: `${exists ? '' : 'NOT '}EXISTS (
    SELECT 1 FROM segment_tags g WHERE g.timeline = s.timeline AND g.object_id = s.object_id AND g.name = ?
      ${valueIn(values)})`,
  parameters: [name, ...(values ?? [])],
})

const valueIn = (values: readonly string[] | undefined): string =>
  values ? `AND g.value IN (${values.map(() => '?').join(', ')})` : ''
