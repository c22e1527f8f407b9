import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import { type Bound, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { covers, extentOf } from '../../contracts/time/timerange-algebra.ts'
import { rowTimeRange } from '../../projections/catalog/segment-row.ts'
import type { TagFilter } from '../storage/matches-tags.ts'
import { type ListedSegment, listedColumns, listedOfFields } from './listed-segments.ts'
import { packedRows } from './packed-rows.ts'
import type { Fields } from './row-columns.ts'
import { PAGE_COLUMNS, pageRow } from './segment-page-fields.ts'
import type { SegmentPageRow } from './segment-page-row.ts'
import { statementsBySql } from './statements-by-sql.ts'
import { hasTagFilter, taggedPages } from './tagged-pages.ts'
import { compareKeys, type TimeKey, timeKeys } from './time-key.ts'

export type SegmentPageRequest = {
  readonly flow_id: string
  /** Segments that overlap it, clusivity counted. */
  readonly range: TimeRange
  readonly object_id?: string
  /** Only segments that pass. */
  readonly tags?: TagFilter
  readonly reverse: boolean
  readonly limit: number
  /** The page's first segment is the nearest at or past it, in the page's direction. */
  readonly from?: TimeKey
}

export type SegmentPage<R = SegmentPageRow> = {
  readonly rows: readonly R[]
  readonly next: TimeKey | undefined
  /** Some segment of the timeline has, or had, tags. */
  readonly isTagged?: true
}

export type SegmentQueries = {
  page(request: SegmentPageRequest): SegmentPage
  /** @param whole whether each tells its object's own timerange */
  listed(request: SegmentPageRequest, whole: boolean): SegmentPage<ListedSegment>
  /** The segment that starts where `range` does. */
  segmentAt(flow_id: string, range: TimeRange): SegmentRecord | undefined
  /** Segments wholly inside `range`, oldest first. */
  segmentsWithin(
    flow_id: string,
    range: TimeRange,
    object_id: string | undefined,
    limit: number,
  ): readonly { readonly object_id: string; readonly timerange: string }[]
  /** Whether some segment of the flow has, or had, tags. */
  isTagged(flow_id: string): boolean
  /** From the first to the last of a flow's segments that overlap `range`; empty where none do. */
  extent(flow_id: string, range: TimeRange): TimeRange
}

const COLUMNS = 's.start_s, s.start_ns, s.end_s, s.end_ns, s.end_inclusive, s.object_id, s.extra'

export function segmentQueries(database: DatabaseSyncInstance): SegmentQueries {
  const rowsOf = (sql: string) => {
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    return (...parameters: (string | number)[]) => statement.all(...parameters) as unknown as SegmentPageRow[]
  }
  const pageSql = (order: 'ASC' | 'DESC', byObject: boolean, condition = byObject && 's.object_id = ?') => `
    SELECT ${COLUMNS}, o.storage_id, o.key, o.key_frame_count, o.init_object_id, o.timerange, o.has_urls
    FROM segments s ${byObject ? 'INDEXED BY segments_by_object' : ''} LEFT JOIN objects o ON o.id = s.object_id
    WHERE s.timeline = ? ${condition ? `AND ${condition}` : ''}
      AND (s.start_s, s.start_ns) >= (?, ?) AND (s.start_s, s.start_ns) <= (?, ?)
    ORDER BY s.start_s ${order}, s.start_ns ${order} LIMIT +?`
  const lastStartingBy = rowsOf(`
    SELECT ${COLUMNS} FROM segments s WHERE s.timeline = ? AND (s.start_s, s.start_ns) <= (?, ?)
    ORDER BY s.start_s DESC, s.start_ns DESC LIMIT 1`)
  const timelineStatement = database.prepare('SELECT key, is_tagged FROM timelines WHERE flow_id = ?')
  const timelineRow = (flow_id: string) =>
    timelineStatement.get(flow_id) as { key: number; is_tagged: number | null } | undefined
  const timelineOf = (flow_id: string): number | undefined => timelineRow(flow_id)?.key

  /** The starts between which segments that overlap `range` begin, both included. */
  const startsIn = (timeline: number, range: TimeRange): readonly [TimeKey, TimeKey] | undefined => {
    if (range.kind === 'empty') return undefined
    const { first, last } = timeKeys(range)
    const { start } = range
    const [before] = start ? lastStartingBy(timeline, start.at.seconds, start.at.nanoseconds) : []
    return [start && before && reaches(before, start) ? [before[0], before[1]] : first, last]
  }

  /** Pages of rows that are read in one way. */
  const pager = <R>(
    columns: readonly string[],
    ofFields: (fields: Fields) => R,
    startOf: (row: R) => TimeKey,
  ): ((request: SegmentPageRequest) => SegmentPage<R>) => {
    const taggedPage = taggedPages(database, columns, pageSql)
    const statements = statementsBySql((sql) => packedRows(database, columns, sql))
    const sqls = {
      ASC: [pageSql('ASC', false), pageSql('ASC', true)],
      DESC: [pageSql('DESC', false), pageSql('DESC', true)],
    }
    return (request) => {
      const { flow_id, range, object_id, tags, reverse, limit, from } = request
      const { key: timeline, is_tagged } = timelineRow(flow_id) ?? {}
      const starts = timeline === undefined ? undefined : startsIn(timeline, range)
      if (timeline === undefined || !starts) return { rows: [], next: undefined }
      const [low, high] = starts
      const bounds = [
        ...(from && !reverse ? later(low, from) : low),
        ...(from && reverse ? sooner(high, from) : high),
      ]
      const object = object_id === undefined ? [] : [object_id]
      const found = hasTagFilter(tags)
        ? taggedPage(timeline, request, bounds)
        : statements(sqls[reverse ? 'DESC' : 'ASC'][object.length]!)(
            timeline,
            ...object,
            ...bounds,
            limit + 1,
          )
      const rows = found.map(ofFields)
      const following = rows.length > limit ? rows.pop() : undefined
      const next = following && startOf(following)
      return is_tagged === 1 ? { rows, next, isTagged: true } : { rows, next }
    }
  }
  const page = pager(PAGE_COLUMNS, pageRow, ([start_s, start_ns]): TimeKey => [start_s, start_ns])
  const listers = [false, true].map((whole) => pager(listedColumns(whole), listedOfFields, startOfListed))

  const extent: SegmentQueries['extent'] = (flow_id, range) => {
    const request = { flow_id, range, limit: 1 }
    const ends = [page({ reverse: false, ...request }), page({ reverse: true, ...request })]
    return extentOf(ends.flatMap(({ rows }) => rows.map((row) => parseTimeRange(rowTimeRange(row)))))
  }

  return {
    page,
    listed: (request, whole) => listers[whole ? 1 : 0]!(request),
    extent,
    isTagged: (flow_id) => timelineRow(flow_id)?.is_tagged === 1,
    segmentAt: (flow_id, range) => {
      const timeline = timelineOf(flow_id)
      if (timeline === undefined || range.kind === 'empty' || !range.start) return undefined
      const { seconds, nanoseconds } = range.start.at
      const [row] = lastStartingBy(timeline, seconds, nanoseconds)
      if (!row || row[0] !== seconds || row[1] !== nanoseconds) return undefined
      return { object_id: row[5], timerange: rowTimeRange(row), ...JSON.parse(row[6] ?? '{}') }
    },
    segmentsWithin: (flow_id, range, object_id, limit) => {
      const { rows } = page({
        flow_id,
        range,
        reverse: false,
        // The first that overlaps may reach out of it. So may the last, behind which there are none.
        limit: limit + 1,
        ...(object_id !== undefined && { object_id }),
      })
      return rows
        .map((row) => ({ object_id: row[5], timerange: rowTimeRange(row) }))
        .filter(({ timerange }) => covers(range, parseTimeRange(timerange)))
        .slice(0, limit)
    },
  }
}

function startOfListed([timerange]: ListedSegment): TimeKey {
  const range = parseTimeRange(timerange)
  if (range.kind === 'empty' || !range.start) throw new Error(`not a segment's timerange: ${timerange}`)
  return [range.start.at.seconds, range.start.at.nanoseconds]
}

export const later = (a: TimeKey, b: TimeKey): TimeKey => (compareKeys(a, b) >= 0 ? a : b)
export const sooner = (a: TimeKey, b: TimeKey): TimeKey => (compareKeys(a, b) <= 0 ? a : b)

/** Whether a segment goes on into a range that begins with `start`. */
export function reaches(
  [, , end_s, end_ns, end_inclusive]: readonly [number, number, number, number, number, ...unknown[]],
  start: Bound,
): boolean {
  const order = compareKeys([end_s, end_ns], [start.at.seconds, start.at.nanoseconds])
  return order > 0 || (order === 0 && end_inclusive === 1 && start.inclusive)
}
