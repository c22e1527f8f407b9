import { DURATION_BOUNDS } from '../../projections/analytics/buckets.ts'
import {
  bucketName,
  type FlowRow,
  flowSums,
  histogramSums,
  ofRow,
  toNanoseconds,
} from '../../projections/analytics/flow-state.ts'
import { addTo, type Sums, USAGE_SCOPE } from '../../projections/analytics/sums.ts'
import { comparePairs } from '../../projections/analytics/timeline-views.ts'
import type { TimeRangeRow } from '../../projections/analytics/view-tables.ts'
import type { FlowState, Pair } from '../../projections/analytics/view-write.ts'
import type { AnalyticsReader } from './analytics-reader.ts'
import { type FlowFilter, isAllTime, isEverything, selectedFlows } from './flow-selection.ts'
import { average, keptSums } from './kept-sums.ts'
import { segmentsIn } from './segments-in.ts'

export type TimeRangePage = {
  /** Flows after this id. */
  readonly after: string
  readonly limit: number
}

export type TimeRangeAnalysis = {
  readonly rows: readonly TimeRangeRow[]
  /** The id after which the next page of flows begins. */
  readonly next: string | undefined
}

/** The first and the last instant, and the shortest and the longest segment. */
type Extremes = {
  readonly first: Pair | null
  readonly last: Pair | null
  readonly shortest: Pair | null
  readonly longest: Pair | null
}

/** Segments in time: of all chosen flows together, by length, and flow by flow, a page of these. */
export async function timeRangeAnalysis(
  reader: AnalyticsReader,
  filter: FlowFilter,
  page: TimeRangePage,
): Promise<TimeRangeAnalysis> {
  if (isEverything(filter)) return ofEverything(reader, page)
  const { part } = segmentsIn(reader.prepare, filter.range)
  const isWhole = isAllTime(filter.range) || filter.range.kind === 'empty'
  const sums: Record<string, bigint> = {}
  let extremes: Extremes = NONE
  const told: FlowState[] = []
  for await (const flow of selectedFlows(reader, filter)) {
    const seen = isWhole ? flow : part(flow)
    if (!seen) continue
    addTo(sums, { ...flowSums(seen), ...histogramSums(seen) })
    extremes = widest(extremes, seen)
    if (seen.id > page.after && told.length <= page.limit) told.push(seen)
  }
  return answer(sums, extremes, told, page)
}

function ofEverything(reader: AnalyticsReader, page: TimeRangePage): TimeRangeAnalysis {
  const { prepare } = reader
  const flows = prepare('SELECT * FROM flows WHERE is_live = 1 AND id > ? ORDER BY id LIMIT +?').all(
    page.after,
    page.limit + 1,
  ) as unknown as FlowRow[]
  const extreme = (columns: string, order: 'ASC' | 'DESC'): Pair | null => {
    const [seconds, nanoseconds] = columns.split(', ')
    const row = prepare(
      `SELECT ${seconds} AS s, ${nanoseconds} AS ns FROM flows WHERE is_live = 1 AND ${seconds} IS NOT NULL
       ORDER BY ${seconds} ${order}, ${nanoseconds} ${order} LIMIT 1`,
    ).get() as { s: number; ns: number } | undefined
    return row ? [row.s, row.ns] : null
  }
  const extremes = {
    first: extreme('first_s, first_ns', 'ASC'),
    last: extreme('last_s, last_ns', 'DESC'),
    shortest: extreme('shortest_s, shortest_ns', 'ASC'),
    longest: extreme('longest_s, longest_ns', 'DESC'),
  }
  const [total] = keptSums(reader, USAGE_SCOPE, ['total'])
  return answer(total?.sums ?? {}, extremes, flows.map(ofRow), page)
}

function answer(
  sums: Sums,
  extremes: Extremes,
  flows: readonly FlowState[],
  { limit }: TimeRangePage,
): TimeRangeAnalysis {
  const page = flows.slice(0, limit)
  return {
    rows: [timeRow('total', null, sums, extremes), ...histogramRows(sums), ...page.map(flowTimeRow)],
    next: flows.length > limit ? page.at(-1)?.id : undefined,
  }
}

/** What is so of one flow. */
export const flowTimeRow = (flow: FlowState): TimeRangeRow =>
  timeRow('flow_id', flow.id, flowSums(flow), widest(NONE, flow))

const NONE: Extremes = { first: null, last: null, shortest: null, longest: null }

const widest = (a: Extremes, b: Pick<FlowState, 'first' | 'last' | 'shortest' | 'longest'>): Extremes => ({
  first: least(a.first, b.first),
  last: most(a.last, b.last && [b.last[0], b.last[1]]),
  shortest: least(a.shortest, b.shortest),
  longest: most(a.longest, b.longest),
})

const least = (a: Pair | null, b: Pair | null): Pair | null => (!a || (b && comparePairs(b, a) < 0) ? b : a)
const most = (a: Pair | null, b: Pair | null): Pair | null => (!a || (b && comparePairs(b, a) > 0) ? b : a)

const BILLION = 1_000_000_000n

function timeRow(dimension: string, value: string | null, sums: Sums, extremes: Extremes): TimeRangeRow {
  const { segments = 0n, duration = 0n, span = 0n, stretches = 0n, flows_with_segments = 0n } = sums
  const told = (pair: Pair | null) => pair && toNanoseconds(pair)
  return {
    dimension,
    value,
    segments,
    duration,
    shortest: told(extremes.shortest),
    mean: average(duration, segments),
    longest: told(extremes.longest),
    first: told(extremes.first),
    last: told(extremes.last),
    span,
    gaps: stretches - flows_with_segments,
    gap_duration: span - duration,
    coverage: average(duration * BILLION, span),
  }
}

const histogramRows = (sums: Sums): readonly TimeRangeRow[] =>
  [...DURATION_BOUNDS, null].map((bound, bucket) => ({
    dimension: 'duration_up_to',
    value: bound === null ? null : `${bound / BILLION}:${bound % BILLION}`,
    segments: sums[bucketName(bucket)] ?? 0n,
    duration: null,
    shortest: null,
    mean: null,
    longest: null,
    first: null,
    last: null,
    span: null,
    gaps: null,
    gap_duration: null,
    coverage: null,
  }))
