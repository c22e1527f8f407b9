import type { TimeRange } from '../../contracts/time/timerange.ts'
import type { Condition } from './list-queries.ts'
import { timeKeys } from './time-key.ts'

type Listed = 'flows' | 'sources' | 'webhooks'

export const columnIs = (column: string, value: string | number | undefined): readonly Condition[] =>
  value === undefined ? [] : [{ sql: `${column} = ?`, parameters: [value] }]

/** Tag `name` is one of `values`, or, where it is a list, has one of them. Values match whole. */
export const tagIsOneOf = (table: Listed, name: string, values: readonly string[]): Condition => ({
  sql: `EXISTS (
    SELECT 1 FROM json_each(${table}.document, '$.tags') tag,
      json_each(CASE tag.type WHEN 'array' THEN tag.value ELSE json_array(tag.value) END) value
    WHERE tag.key = ? AND value.value IN (${places(values)}))`,
  parameters: [name, ...values],
})

export const tagExists = (table: Listed, name: string, exists: boolean): Condition => ({
  sql: `${exists ? '' : 'NOT '}EXISTS (SELECT 1 FROM json_each(${table}.document, '$.tags') tag WHERE tag.key = ?)`,
  parameters: [name],
})

/** One of `ids` collects the flow; for no ids, no flow does. */
export const flowCollectedBy = (ids: readonly string[]): Condition => {
  const members = 'SELECT 1 FROM flow_members m WHERE m.member_id = flows.id'
  if (ids.length === 0) return { sql: `NOT EXISTS (${members})`, parameters: [] }
  return { sql: `EXISTS (${members} AND m.flow_id IN (${places(ids)}))`, parameters: ids }
}

/** One of `ids` collects the source, as the collections of their flows say; for no ids, no source does. */
export const sourceCollectedBy = (ids: readonly string[]): Condition => {
  const parents = `
    SELECT 1 FROM flows f JOIN flow_members m ON m.member_id = f.id JOIN flows parent ON parent.id = m.flow_id
    WHERE f.source_id = sources.id AND parent.source_id <> sources.id`
  if (ids.length === 0) return { sql: `NOT EXISTS (${parents})`, parameters: [] }
  return { sql: `EXISTS (${parents} AND parent.source_id IN (${places(ids)}))`, parameters: ids }
}

/** The flow has a segment that overlaps `range`; for an empty range, it has no segments. */
export const flowHasContentIn = (range: TimeRange): readonly Condition[] => {
  const segments = 'FROM timelines t JOIN segments s ON s.timeline = t.key WHERE t.flow_id = flows.id'
  if (range.kind === 'empty') return [{ sql: `NOT EXISTS (SELECT 1 ${segments})`, parameters: [] }]
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
  return [{ sql, parameters: [...last, ...reached] }]
}

const places = (values: readonly unknown[]): string => values.map(() => '?').join(', ')
