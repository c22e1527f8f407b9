import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { insertRows } from '../catalog/insert-rows.ts'
import { segmentRow } from '../catalog/segment-row.ts'
import { bucketOf, DURATION_BOUNDS } from './buckets.ts'
import { flowOf, toNanoseconds, touch } from './flow-state.ts'
import { ingestOf } from './ingest.ts'
import { useObject } from './object-state.ts'
import type { FlowState, LengthChange, Pair, SegmentColumns, ViewWrite } from './view-write.ts'

export function addSegments(write: ViewWrite, flow_id: string, segments: readonly SegmentRecord[]): void {
  const flow = flowOf(write, flow_id)
  touch(write, flow)
  const rows = segments.map((segment): SegmentColumns => {
    const [start_s, start_ns, end_s, end_ns, end_inclusive, object_id] = segmentRow(segment)
    return [start_s, start_ns, end_s, end_ns, end_inclusive, object_id]
  })
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const hour = ingestOf(write)
  let gap: Gap | undefined
  for (const row of rows) {
    gap = joinNeighbours(write, flow, row, gap)
    write.segments.push([flow.key, ...row])
    hour.segments += 1
    hour.duration += countSegment(write, flow, row, 1)
    flow.first = earlier(flow.first, [row[0], row[1]])
    if (isAfter(flow, row)) flow.last = [row[2], row[3], row[4]]
  }
}

/** The extent starts and ends on deleted segments, so whatever lies within it went with them. */
export function removeSegments(
  write: ViewWrite,
  change: { readonly flow_id: string; readonly timerange: string; readonly object_id: string | null },
): void {
  const flow = flowOf(write, change.flow_id)
  touch(write, flow)
  flushSegments(write)
  const range = parseTimeRange(change.timerange)
  if (range.kind === 'empty' || !range.start || !range.end) throw new Error('an extent has both ends')
  const from: Pair = [range.start.at.seconds, range.start.at.nanoseconds]
  const to: Pair = [range.end.at.seconds, range.end.at.nanoseconds]
  const goes = ([, , end_s, end_ns, end_inclusive, object_id]: SegmentColumns): boolean =>
    (change.object_id ?? object_id) === object_id &&
    (end_s - to[0] || end_ns - to[1] || end_inclusive - (range.end?.inclusive ? 1 : 0)) <= 0
  const hour = ingestOf(write)
  const remove = write.prepare('DELETE FROM segments WHERE flow = ? AND start_s = ? AND start_ns = ?')
  const gone: SegmentColumns[] = []
  let before = neighbour(write, flow, from, 'before')
  let left = before
  for (const row of rowsFrom(write, flow, from, to)) {
    if (before && meets(before, row)) countJoin(write, flow, row, -1)
    if (goes(row)) gone.push(row)
    else {
      if (left && meets(left, row)) countJoin(write, flow, row, 1)
      left = row
    }
    before = row
  }
  const after = neighbour(write, flow, to, 'after')
  if (before && after && meets(before, after)) countJoin(write, flow, after, -1)
  if (left && after && meets(left, after)) countJoin(write, flow, after, 1)
  for (const row of gone) {
    remove.run(flow.key, row[0], row[1])
    countSegment(write, flow, row, -1)
    hour.segments_removed += 1
  }
  flow.hasShrunk = true
}

/** Writes staged segments, so that they can be read. */
export function flushSegments({ prepare, segments }: ViewWrite): void {
  insertRows(prepare, 'INSERT INTO segments', segments)
  segments.length = 0
}

export const hourOf = (seconds: number): number => Math.floor(seconds / 3_600)

/** @returns its length, nanoseconds */
function countSegment(write: ViewWrite, flow: FlowState, row: SegmentColumns, sign: 1 | -1): bigint {
  const [start_s, start_ns, end_s, end_ns, , object_id] = row
  const length = lengthBetween([start_s, start_ns], [end_s, end_ns])
  const change = lengthChange(write, flow.key, hourOf(start_s), length)
  const { duration } = change
  change.by += sign
  flow.segments += sign
  flow.duration += sign === 1 ? duration : -duration
  flow.histogram[change.bucket]! += sign
  useObject(write, object_id, flow, sign)
  if (sign === -1) return duration
  if (!flow.shortest || comparePairs(length, flow.shortest) < 0) flow.shortest = length
  if (!flow.longest || comparePairs(length, flow.longest) > 0) flow.longest = length
  return duration
}

function lengthChange({ lengths }: ViewWrite, flow: number, hour: number, length: Pair): LengthChange {
  const [length_s, length_ns] = length
  const name = `${flow} ${hour} ${length_s} ${length_ns}`
  let change = lengths.get(name)
  if (!change) {
    const duration = toNanoseconds(length)
    const bucket = bucketOf(DURATION_BOUNDS, duration)
    change = { flow, hour, length_s, length_ns, duration, bucket, by: 0 }
    lengths.set(name, change)
  }
  return change
}

/** Where there is no segment yet: those before and after it, if any. */
type Gap = { readonly before: SegmentColumns | undefined; readonly after: SegmentColumns | undefined }

/**
 * Media mostly arrives in order: after the last of all there is nothing to look up, nor is there where the segment that
 * came with it and before it lies in the same gap.
 * @returns the gap that is left after the segment
 */
function joinNeighbours(
  write: ViewWrite,
  flow: FlowState,
  row: SegmentColumns,
  known: Gap | undefined,
): Gap | undefined {
  const { last } = flow
  if (!last) return undefined
  if (isAfter(flow, row)) {
    if (meets([0, 0, ...last, ''], row)) countJoin(write, flow, row, 1)
    return undefined
  }
  const isKnown =
    known && (!known.after || comparePairs([row[0], row[1]], [known.after[0], known.after[1]]) < 0)
  const { before, after } = isKnown ? known : gapAround(write, flow, [row[0], row[1]])
  if (before && meets(before, row)) countJoin(write, flow, row, 1)
  if (after && meets(row, after)) countJoin(write, flow, after, 1)
  return { before: row, after }
}

function gapAround(write: ViewWrite, flow: FlowState, start: Pair): Gap {
  flushSegments(write)
  return {
    before: neighbour(write, flow, start, 'before'),
    after: neighbour(write, flow, start, 'after'),
  }
}

/** Segments do not overlap. */
const isAfter = ({ last }: FlowState, [start_s, start_ns]: SegmentColumns): boolean =>
  !last || comparePairs([start_s, start_ns], [last[0], last[1]]) >= 0

/** Starts are included, so an end that is included meets none. */
const meets = (before: SegmentColumns, after: SegmentColumns): boolean =>
  before[4] === 0 && before[2] === after[0] && before[3] === after[1]

function countJoin({ joins }: ViewWrite, flow: FlowState, [start_s]: SegmentColumns, by: 1 | -1): void {
  flow.joins += by
  const hour = hourOf(start_s)
  const name = `${flow.key} ${hour}`
  const change = joins.get(name)
  if (change) change.by += by
  else joins.set(name, { flow: flow.key, hour, by })
}

const COLUMNS = 'start_s, start_ns, end_s, end_ns, end_inclusive, object_id'

function neighbour(
  { prepare }: ViewWrite,
  { key }: FlowState,
  at: Pair,
  side: 'before' | 'after',
): SegmentColumns | undefined {
  const [compare, order] = side === 'before' ? ['<', 'DESC'] : ['>', 'ASC']
  const statement = prepare(
    `SELECT ${COLUMNS} FROM segments WHERE flow = ? AND (start_s, start_ns) ${compare} (?, ?)
     ORDER BY start_s ${order}, start_ns ${order} LIMIT 1`,
  )
  statement.setReturnArrays(true)
  return statement.get(key, ...at) as unknown as SegmentColumns | undefined
}

function* rowsFrom(
  { prepare }: ViewWrite,
  { key }: FlowState,
  from: Pair,
  to: Pair,
): Generator<SegmentColumns> {
  const statement = prepare(
    `SELECT ${COLUMNS} FROM segments
     WHERE flow = ? AND (start_s, start_ns) >= (?, ?) AND (start_s, start_ns) <= (?, ?)
     ORDER BY start_s, start_ns`,
  )
  statement.setReturnArrays(true)
  yield* statement.iterate(key, ...from, ...to) as unknown as Iterable<SegmentColumns>
}

const earlier = (a: Pair | null, b: Pair): Pair => (a && comparePairs(a, b) <= 0 ? a : b)

export const comparePairs = (a: Pair, b: Pair): number => a[0] - b[0] || a[1] - b[1]

export function lengthBetween(start: Pair, end: Pair): Pair {
  const nanoseconds = end[1] - start[1]
  return nanoseconds < 0
    ? [end[0] - start[0] - 1, nanoseconds + 1_000_000_000]
    : [end[0] - start[0], nanoseconds]
}
