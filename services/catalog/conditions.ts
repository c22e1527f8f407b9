import type { TimeRange } from '../../contracts/time/timerange.ts'
import {
  collectedByFacet,
  columnFacet,
  EMPTY,
  FACET_COLUMNS,
  tagExistsFacet,
  tagFacet,
  UNCOLLECTED,
} from '../../projections/catalog/facets.ts'
import type { Condition } from './list-queries.ts'
import { timeKeys } from './time-key.ts'

type Listed = 'flows' | 'sources' | 'webhooks'

export function columnIs(column: string, value: string | number | undefined): readonly Condition[] {
  if (value === undefined) return []
  const condition = { sql: `${column} = ?`, parameters: [value] }
  const isFacet = FACET_COLUMNS.some((each) => each === column)
  return [isFacet ? { ...condition, choice: { anyOf: [columnFacet(column, value)] } } : condition]
}

/** Tag `name` is one of `values`, or, where it is a list, has one of them. Values match whole. */
export const tagIsOneOf = (table: Listed, name: string, values: readonly string[]): Condition => ({
  sql: `EXISTS (
    SELECT 1 FROM json_each(${table}.document, '$.tags') tag,
      json_each(CASE tag.type WHEN 'array' THEN tag.value ELSE json_array(tag.value) END) value
    WHERE tag.key = ? AND value.value IN (${places(values)}))`,
  parameters: [name, ...values],
  choice: { anyOf: [...new Set(values)].map((value) => tagFacet(name, value)) },
})

export const tagExists = (table: Listed, name: string, exists: boolean): Condition => ({
  sql: `${exists ? '' : 'NOT '}EXISTS (SELECT 1 FROM json_each(${table}.document, '$.tags') tag WHERE tag.key = ?)`,
  parameters: [name],
  choice: exists ? { anyOf: [tagExistsFacet(name)] } : { lacksTag: name },
})

/** One of `ids` collects the flow; for no ids, no flow does. */
export const flowCollectedBy = (ids: readonly string[]): Condition =>
  collectedBy('SELECT 1 FROM flow_members m WHERE m.member_id = flows.id', 'm.flow_id', ids)

/** One of `ids` collects the source, as the collections of their flows say; for no ids, no source does. */
export const sourceCollectedBy = (ids: readonly string[]): Condition =>
  collectedBy(
    'SELECT 1 FROM flow_members m WHERE m.member_source_id = sources.id AND m.source_id <> sources.id',
    'm.source_id',
    ids,
  )

function collectedBy(rows: string, collector: string, ids: readonly string[]): Condition {
  const choice = { anyOf: ids.length === 0 ? [UNCOLLECTED] : [...new Set(ids)].map(collectedByFacet) }
  if (ids.length === 0) return { sql: `NOT EXISTS (${rows})`, parameters: [], choice }
  return { sql: `EXISTS (${rows} AND ${collector} IN (${places(ids)}))`, parameters: ids, choice }
}

/** The flow has a segment that overlaps `range`; for an empty range, it has no segments. */
export const flowHasContentIn = (range: TimeRange): readonly Condition[] => {
  const segments = 'FROM timelines t JOIN segments s ON s.timeline = t.key WHERE t.flow_id = flows.id'
  if (range.kind === 'empty') {
    return [{ sql: `NOT EXISTS (SELECT 1 ${segments})`, parameters: [], choice: { anyOf: [EMPTY] } }]
  }
  if (!range.start && !range.end) return []
  // Segments do not overlap: of those that start in time, the last is the one that ends last.
  const sql = `EXISTS (
    SELECT 1 FROM (
      SELECT s.end_s, s.end_ns, s.end_inclusive ${segments} AND (s.start_s, s.start_ns) <= (?, ?)
      ORDER BY s.start_s DESC, s.start_ns DESC LIMIT 1)
    WHERE (end_s, end_ns, end_inclusive) >= (?, ?, ?))`
  const { first, last } = timeKeys(range)
  const { start } = range
  const reached = start ? [start.at.seconds, start.at.nanoseconds, start.inclusive ? 1 : 2] : [...first, 0]
  // Between two nanoseconds, the first comes after the last.
  const about = [Math.min(first[0], last[0]), Math.max(first[0], last[0])] as const
  return [{ sql, parameters: [...last, ...reached], choice: { contentAbout: about } }]
}

const places = (values: readonly unknown[]): string => values.map(() => '?').join(', ')
