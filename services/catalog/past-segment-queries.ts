import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import { parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { extentOf } from '../../contracts/time/timerange-algebra.ts'
import { rowTimeRange, type SegmentRow } from '../../projections/catalog/segment-row.ts'
import { pastSegmentScan, type Scan } from './past-segment-scan.ts'
import type { SegmentPageRow } from './segment-page-row.ts'
import { later, reaches, type SegmentPage, type SegmentPageRequest, sooner } from './segment-queries.ts'
import { AFTER_ALL, BEFORE_ALL, compareKeys, type TimeKey, timeKeys } from './time-key.ts'

/** What is asked is so far from what was there then that finding it would hold up everyone else. */
export class PastOutOfReach extends Error {
  override readonly name = 'PastOutOfReach'
}

export type PastSegmentQueries = {
  /**
   * As `page`, of the segments that were there when the log was at `position`. A page may be short of its
   * limit, or empty, and have a next one all the same: what a page looks through is bounded.
   */
  pastPage(request: SegmentPageRequest, position: number): SegmentPage
  /** As `extent`. @throws PastOutOfReach */
  pastExtent(flow_id: string, range: TimeRange, position: number): TimeRange
  /** What its object adds to a segment that came at a position, whether or not the object is still there. */
  objectColumns(object_id: string, position: number): ObjectColumns
}

/** Pages one lookup of a single segment goes through, at most: a million segments or so. */
const MAX_LOOKUPS = 64

/** What its object adds to a segment, in the order of a SegmentPageRow after `extra`. */
export type ObjectColumns = SegmentPageRow extends readonly [...SegmentRow, ...infer Rest]
  ? readonly [...Rest]
  : never

/** @param rowsAtOnce what one step of a scan looks at */
export function pastSegmentQueries(database: DatabaseSyncInstance, rowsAtOnce?: number): PastSegmentQueries {
  const current = pastSegmentScan(database, 'segments', rowsAtOnce)
  const removed = pastSegmentScan(database, 'removed_segments', rowsAtOnce)
  const objectColumns = objectLookup(database)
  const timelineStatement = database.prepare('SELECT key FROM timelines WHERE flow_id = ?')
  const timelineOf = (flow_id: string): number | undefined =>
    (timelineStatement.get(flow_id) as { key: number } | undefined)?.key

  /** Segments that were there are in one table or the other: at one instant, one at most. */
  const rowsOf = (scan: Scan): { readonly rows: SegmentRow[]; readonly next: TimeKey | undefined } => {
    const order = (a: TimeKey, b: TimeKey) => (scan.reverse ? compareKeys(b, a) : compareKeys(a, b))
    const parts = [current, removed].map((read) => read({ ...scan, wanted: scan.wanted + 1 }))
    const ends = parts.flatMap(({ end }) => (end ? [end] : [])).sort(order)
    const rows = parts.flatMap((part) => part.rows).sort((a, b) => order(keyOf(a), keyOf(b)))
    const known = rows.filter((row) => !ends[0] || order(keyOf(row), ends[0]) < 0)
    const following = known[scan.wanted]
    return { rows: known.slice(0, scan.wanted), next: following ? keyOf(following) : ends[0] }
  }

  /** The first row in the scan's direction. */
  const firstOf = (scan: Omit<Scan, 'wanted'>): SegmentRow | undefined => {
    let { low, high } = scan
    for (let lookup = 0; lookup < MAX_LOOKUPS; lookup++) {
      const { rows, next } = rowsOf({ ...scan, low, high, wanted: 1 })
      if (rows[0] || !next) return rows[0]
      if (scan.reverse) high = next
      else low = next
    }
    throw new PastOutOfReach('too many segments of another time are in between')
  }

  /** The starts between which segments that overlapped `range` began. */
  const startsIn = (timeline: number, range: TimeRange, position: number): readonly [TimeKey, TimeKey] => {
    if (range.kind === 'empty') return [AFTER_ALL, BEFORE_ALL]
    const { first, last } = timeKeys(range)
    const { start } = range
    if (!start) return [first, last]
    const high: TimeKey = [start.at.seconds, start.at.nanoseconds]
    const before = firstOf({
      timeline,
      object_id: undefined,
      position,
      low: BEFORE_ALL,
      high,
      reverse: true,
    })
    return [before && reaches(before, start) ? keyOf(before) : first, last]
  }

  return {
    objectColumns,
    pastPage: ({ flow_id, range, object_id, reverse, limit, from }, position) => {
      const timeline = timelineOf(flow_id)
      if (timeline === undefined) return { rows: [], next: undefined }
      const [first, last] = startsIn(timeline, range, position)
      const low = from && !reverse ? later(first, from) : first
      const high = from && reverse ? sooner(last, from) : last
      const scan = { timeline, object_id, position, low, high, reverse, wanted: limit }
      const { rows, next } = rowsOf(scan)
      return { rows: rows.map((row): SegmentPageRow => [...row, ...objectColumns(row[5], position)]), next }
    },
    pastExtent: (flow_id, range, position) => {
      const timeline = timelineOf(flow_id)
      if (timeline === undefined) return { kind: 'empty' }
      const [low, high] = startsIn(timeline, range, position)
      const ends = [false, true].flatMap((reverse) => {
        const row = firstOf({ timeline, object_id: undefined, position, low, high, reverse })
        return row ? [parseTimeRange(rowTimeRange(row))] : []
      })
      return extentOf(ends)
    },
  }
}

const keyOf = (row: SegmentRow): TimeKey => [row[0], row[1]]

/**
 * Where an object is, is told as it is now; of one that was there at the position and is retired, only what was
 * fixed for good: its id may be another's by now.
 */
function objectLookup(database: DatabaseSyncInstance): (id: string, position: number) => ObjectColumns {
  const here = database.prepare(`
    SELECT storage_id, key, key_frame_count, init_object_id, timerange, has_urls FROM objects WHERE id = ?`)
  const retired = database.prepare(`
    SELECT NULL, NULL, key_frame_count, init_object_id, timerange, NULL FROM retired_objects
    WHERE id = ? AND retired > ? ORDER BY retired LIMIT 1`)
  for (const statement of [here, retired]) statement.setReturnArrays(true)
  return (id, position) =>
    (retired.get(id, position) ??
      here.get(id) ?? [null, null, null, null, null, null]) as unknown as ObjectColumns
}
