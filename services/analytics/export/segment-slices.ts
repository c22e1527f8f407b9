import type { DatabaseSyncInstance } from '@photostructure/sqlite'
import type { SegmentRecord } from '../../../contracts/events/timeline-events.ts'
import { ETERNITY, type NonEmptyRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import { rowTimeRange, type SegmentRow } from '../../../projections/catalog/segment-row.ts'
import { placedRow, type SegmentsRow } from '../../../projections/vast/tables/segments.ts'
import { boundedRow } from '../../../projections/vast/tables/time-columns.ts'
import { type SegmentTagQueries, segmentTagQueries } from '../../catalog/segment-tag-queries.ts'
import { compareKeys, type TimeKey, timeKeys } from '../../catalog/time-key.ts'
import { flowIdsOfSource } from './flows-of-source.ts'
import type { TableRequest } from './table-request.ts'

type Timeline = { readonly flow_id: string; readonly key: number; readonly is_tagged: number | null }

type Row = readonly [...SegmentRow, position: number]

/** Ten milliseconds of this thread, or so. */
const ROWS_AT_ONCE = 4_096
const TIMELINES_AT_ONCE = 500

/** Segments of flows that are there, by flow and start; those of many short timelines come together. */
export function* segmentSlices(
  database: DatabaseSyncInstance,
  request: TableRequest,
): Generator<readonly SegmentsRow[]> {
  if (request.range.kind === 'empty') return
  yield* slicesOf(database, timelines(database, request), request.range)
}

/** The same of all flows, of those too that are gone and whose segments are yet to go. */
export const everySegmentSlice = (database: DatabaseSyncInstance): Generator<readonly SegmentsRow[]> =>
  slicesOf(database, pagesOfTimelines(database, 't.flow_id, t.key, t.is_tagged FROM timelines t'), ETERNITY)

function* slicesOf(
  database: DatabaseSyncInstance,
  timelines: Iterable<Timeline>,
  range: NonEmptyRange,
): Generator<readonly SegmentsRow[]> {
  const rowsAfter = segmentsOf(database)
  const tags = segmentTagQueries(database)
  let slice: SegmentsRow[] = []
  for (const timeline of timelines) {
    for (const rows of rowsAfter(timeline.key, range, () => ROWS_AT_ONCE - slice.length)) {
      slice.push(...segmentRows(timeline, rows, tags))
      if (slice.length < ROWS_AT_ONCE) continue
      yield slice
      slice = []
    }
  }
  yield slice
}

/** Of flows that are there, by flow. */
function* timelines(
  database: DatabaseSyncInstance,
  { flow_id, source_id }: TableRequest,
): Generator<Timeline> {
  const columns = 't.flow_id, t.key, t.is_tagged'
  const joined = 'FROM timelines t JOIN flows ON flows.id = t.flow_id'
  if (flow_id !== undefined || source_id !== undefined) {
    const one = database.prepare(`SELECT ${columns} ${joined} WHERE t.flow_id = ?`)
    const ids = source_id === undefined ? [flow_id!] : flowIdsOfSource(database, source_id)
    for (const id of ids) {
      const found = id === (flow_id ?? id) ? (one.get(id) as Timeline | undefined) : undefined
      if (found) yield found
    }
    return
  }
  yield* pagesOfTimelines(database, `${columns} ${joined}`)
}

function* pagesOfTimelines(database: DatabaseSyncInstance, selected: string): Generator<Timeline> {
  const next = database.prepare(
    `SELECT ${selected} WHERE t.flow_id > ? ORDER BY t.flow_id LIMIT ${TIMELINES_AT_ONCE}`,
  )
  for (let after = ''; ; ) {
    const found = next.all(after) as Timeline[]
    yield* found
    if (found.length < TIMELINES_AT_ONCE) return
    after = found.at(-1)!.flow_id
  }
}

function segmentsOf(database: DatabaseSyncInstance) {
  const COLUMNS = 'start_s, start_ns, end_s, end_ns, end_inclusive, object_id, extra, position'
  const next = database.prepare(
    `SELECT ${COLUMNS} FROM segments WHERE timeline = ? AND (start_s, start_ns) >= (?, ?)
       AND (start_s, start_ns) <= (?, ?) ORDER BY start_s, start_ns LIMIT +?`,
  )
  const lastBy = database.prepare(
    `SELECT ${COLUMNS} FROM segments WHERE timeline = ? AND (start_s, start_ns) <= (?, ?)
     ORDER BY start_s DESC, start_ns DESC LIMIT 1`,
  )
  for (const statement of [next, lastBy]) statement.setReturnArrays(true)

  /** Segments do not overlap: of those that begin before the range, only the last can reach into it. */
  const firstStart = (timeline: number, range: Extract<TimeRange, { kind: 'range' }>): TimeKey => {
    const { first } = timeKeys(range)
    if (!range.start) return first
    const { at, inclusive } = range.start
    const row = lastBy.get(timeline, at.seconds, at.nanoseconds) as unknown as Row | undefined
    if (!row) return first
    const order = compareKeys([row[2], row[3]], [at.seconds, at.nanoseconds])
    return order > 0 || (order === 0 && row[4] === 1 && inclusive) ? [row[0], row[1]] : first
  }

  return function* (
    timeline: number,
    range: Extract<TimeRange, { kind: 'range' }>,
    wanted: () => number,
  ): Generator<readonly Row[]> {
    const { last } = timeKeys(range)
    let from = firstStart(timeline, range)
    for (;;) {
      const limit = wanted()
      const rows = next.all(timeline, ...from, ...last, limit) as unknown as Row[]
      yield rows
      if (rows.length < limit) return
      const [start_s, start_ns] = rows.at(-1)!
      from = [start_s, start_ns + 1]
    }
  }
}

function segmentRows(
  { flow_id, is_tagged }: Timeline,
  rows: readonly Row[],
  tags: SegmentTagQueries,
): SegmentsRow[] {
  const tagged =
    is_tagged === 1
      ? tags.segmentTagsOf(
          flow_id,
          rows.map((row) => row[5]),
        )
      : undefined
  return rows.map((row) => {
    const [start_s, start_ns, end_s, end_ns, end_inclusive, object_id, extra, position] = row
    const start = { seconds: start_s, nanoseconds: start_ns }
    const end = { seconds: end_s, nanoseconds: end_ns }
    const times = boundedRow(rowTimeRange(row), start, end, end_inclusive === 1)
    const more = extra === null ? {} : (JSON.parse(extra) as Partial<SegmentRecord>)
    return placedRow(times, { ...more, object_id }, { flow_id, position, tags: tagged?.get(object_id) })
  })
}
