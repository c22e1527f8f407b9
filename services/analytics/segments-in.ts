import type { TimeRange } from '../../contracts/time/timerange.ts'
import { bucketOf, DURATION_BOUNDS } from '../../projections/analytics/buckets.ts'
import { emptyHistogram, toNanoseconds } from '../../projections/analytics/flow-state.ts'
import { comparePairs, hourOf, lengthBetween } from '../../projections/analytics/timeline-views.ts'
import type { FlowState, Pair } from '../../projections/analytics/view-write.ts'
import { type TimeKey, timeKeys } from '../catalog/time-key.ts'
import type { AnalyticsReader } from './analytics-reader.ts'

type Row = readonly [start_s: number, start_ns: number, end_s: number, end_ns: number, end_inclusive: number]

type LengthRow = readonly [length_s: number, length_ns: number, count: number]

const COLUMNS = 'start_s, start_ns, end_s, end_ns, end_inclusive'
const SECONDS_PER_HOUR = 3_600

/**
 * The segments of flows that overlap a timerange. Of whole hours there are counts by length; only those that start
 * in the first and in the last hour are looked at one by one.
 */
export function segmentsIn(prepare: AnalyticsReader['prepare'], range: TimeRange) {
  const arrays = <R>(sql: string) => {
    const statement = prepare(sql)
    statement.setReturnArrays(true)
    return (...parameters: readonly number[]) => statement.all(...parameters) as unknown as readonly R[]
  }
  const between = arrays<Row>(`SELECT ${COLUMNS} FROM segments WHERE flow = ?
    AND (start_s, start_ns) >= (?, ?) AND (start_s, start_ns) <= (?, ?) ORDER BY start_s, start_ns`)
  const lastBy = arrays<Row>(`SELECT ${COLUMNS} FROM segments WHERE flow = ?
    AND (start_s, start_ns) <= (?, ?) ORDER BY start_s DESC, start_ns DESC LIMIT 1`)
  const firstFrom = arrays<Row>(`SELECT ${COLUMNS} FROM segments WHERE flow = ?
    AND (start_s, start_ns) >= (?, ?) ORDER BY start_s, start_ns LIMIT 1`)
  const hours = arrays<LengthRow>(`SELECT length_s, length_ns, count FROM hours
    WHERE flow = ? AND hour BETWEEN ? AND ?`)
  const joinsIn = arrays<readonly [number]>(
    'SELECT ifnull(sum(count), 0) FROM joins WHERE flow = ? AND hour BETWEEN ? AND ?',
  )

  /** The first and the last of them; none where there are none. */
  const endsOf = (flow: number): readonly [Row, Row] | undefined => {
    if (range.kind === 'empty') return undefined
    const { first, last } = timeKeys(range)
    const [final] = lastBy(flow, ...last)
    if (!final) return undefined
    const [before] = range.start ? lastBy(flow, ...startKey(range)) : []
    const reaches = before && range.start && reachesInto(before, range)
    const [initial] = reaches ? [before] : firstFrom(flow, ...first)
    return initial && comparePairs(startOf(initial), startOf(final)) <= 0 ? [initial, final] : undefined
  }

  return {
    hasAny: (flow: number): boolean => endsOf(flow) !== undefined,
    /** The flow as if it had only these segments; undefined where there are none. */
    part: (flow: FlowState): FlowState | undefined => {
      const ends = endsOf(flow.key)
      if (!ends) return undefined
      const [initial, final] = ends
      const part = emptyPart(flow, initial, final)
      const [low, high] = [startOf(initial), startOf(final)]
      const [fromHour, toHour] = [hourOf(low[0]), hourOf(high[0])]
      const isShort = toHour - fromHour < 2
      const lists = isShort
        ? [between(flow.key, ...low, ...high)]
        : [
            between(flow.key, ...low, ...endOfHour(fromHour)),
            between(flow.key, toHour * SECONDS_PER_HOUR, 0, ...high),
          ]
      for (const rows of lists) addRows(part, rows)
      if (isShort) return part
      for (const [length_s, length_ns, count] of hours(flow.key, fromHour + 1, toHour - 1)) {
        addLength(part, [length_s, length_ns], count)
      }
      part.joins += joinsIn(flow.key, fromHour + 1, toHour - 1)[0]![0]
      part.joins += joinOf(flow.key, lists[1]?.[0])
      return part
    },
  }

  /** 1 where the segment begins where the one before it ends. */
  function joinOf(flow: number, row: Row | undefined): 0 | 1 {
    if (!row) return 0
    const [before] = arrays<Row>(`SELECT ${COLUMNS} FROM segments WHERE flow = ?
      AND (start_s, start_ns) < (?, ?) ORDER BY start_s DESC, start_ns DESC LIMIT 1`)(flow, row[0], row[1])
    return before && meets(before, row) ? 1 : 0
  }
}

const startOf = (row: Row): Pair => [row[0], row[1]]
const meets = (a: Row, b: Row): boolean => a[4] === 0 && a[2] === b[0] && a[3] === b[1]
const endOfHour = (hour: number): Pair => [hour * SECONDS_PER_HOUR + SECONDS_PER_HOUR - 1, 999_999_999]

type Bounded = Extract<TimeRange, { kind: 'range' }>

const startKey = ({ start }: Bounded): TimeKey => [start!.at.seconds, start!.at.nanoseconds]

/** Whether a segment that begins no later than the range does has something in it. */
function reachesInto([, , end_s, end_ns, end_inclusive]: Row, { start }: Bounded): boolean {
  const { at, inclusive } = start!
  const order = comparePairs([end_s, end_ns], [at.seconds, at.nanoseconds])
  return order > 0 || (order === 0 && end_inclusive === 1 && inclusive)
}

const emptyPart = (flow: FlowState, initial: Row, final: Row): FlowState => ({
  ...flow,
  segments: 0,
  duration: 0n,
  joins: 0,
  histogram: emptyHistogram(),
  first: startOf(initial),
  last: [final[2], final[3], final[4]],
  shortest: null,
  longest: null,
})

function addRows(part: FlowState, rows: readonly Row[]): void {
  for (const [index, row] of rows.entries()) {
    addLength(part, lengthBetween(startOf(row), [row[2], row[3]]), 1)
    const before = rows[index - 1]
    if (before && meets(before, row)) part.joins += 1
  }
}

function addLength(part: FlowState, length: Pair, count: number): void {
  const duration = toNanoseconds(length)
  part.segments += count
  part.duration += duration * BigInt(count)
  part.histogram[bucketOf(DURATION_BOUNDS, duration)]! += count
  if (!part.shortest || comparePairs(length, part.shortest) < 0) part.shortest = length
  if (!part.longest || comparePairs(length, part.longest) > 0) part.longest = length
}
