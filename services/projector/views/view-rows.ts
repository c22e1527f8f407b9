import { type FlowRow, ofRow } from '../../../projections/analytics/flow-state.ts'
import type { ViewName } from '../../../projections/analytics/view-tables.ts'
import type { Columns, RowOf } from '../../../projections/vast/tables/column.ts'
import type { AnalyticsReader } from '../../analytics/analytics-reader.ts'
import { catalogSummary, type IngestRow, ingestRow } from '../../analytics/catalog-summary.ts'
import type { FlowFilter } from '../../analytics/flow-selection.ts'
import { flowUsage } from '../../analytics/flow-usage.ts'
import { storageUsage } from '../../analytics/storage-usage.ts'
import { flowTimeRow, timeRangeAnalysis } from '../../analytics/time-range-analysis.ts'

type Row = RowOf<Columns>

/** Rows of one dimension by their values; null for those that are not there. */
export type Slice = { readonly dimension: string; readonly rows: ReadonlyMap<string, Row | null> }

type View = {
  /** Dimensions of `few`; undefined where these are all. */
  readonly dimensions: readonly string[] | undefined
  /** Rows that there are few of: they are compared one and all. */
  few(reader: AnalyticsReader): Promise<readonly Row[]>
  /** Those that there is one of for each flow or hour, and that may have changed after a position. */
  many?(reader: AnalyticsReader, since: number): Iterable<Slice>
}

const EVERYTHING: FlowFilter = { tags: new Map(), range: { kind: 'range', start: null, end: null } }
const ALL = Number.MAX_SAFE_INTEGER
/** One question to VAST DB names so many. */
const ROWS_AT_ONCE = 1_000

/** What the views' tables have to be, from the views as they are kept. */
export const VIEW_ROWS: Readonly<Record<ViewName, View>> = {
  flow_usage: {
    dimensions: undefined,
    few: (reader) => flowUsage(reader, EVERYTHING, ALL),
  },
  storage_usage: {
    dimensions: undefined,
    few: (reader) => storageUsage(reader, EVERYTHING, ALL),
  },
  time_range_analysis: {
    dimensions: ['total', 'duration_up_to'],
    few: async (reader) => (await timeRangeAnalysis(reader, EVERYTHING, { after: '', limit: 0 })).rows,
    *many({ prepare }, since) {
      for (const page of changedSince<FlowRow>(prepare, 'flows', 'key', since)) {
        const flows = page.map(ofRow)
        const rows = flows.map((flow) => [flow.id, flow.isLive ? flowTimeRow(flow) : null] as const)
        yield { dimension: 'flow_id', rows: new Map(rows) }
      }
    },
  },
  catalog_summary: {
    dimensions: ['resources', 'deletion_requests', 'position'],
    few: async (reader) =>
      // How far the log is, is not known here.
      catalogSummary(reader, { hours: 0, head: 0 }).filter(({ value }) => value !== 'log'),
    *many({ prepare }, since) {
      for (const page of changedSince<IngestRow>(prepare, 'ingest', 'hour', since)) {
        const rows = page.map((hour) => ingestRow(hour)).map((row) => [row.value!, row] as const)
        yield { dimension: 'ingest', rows: new Map(rows) }
      }
    },
  },
}

type Changed<K extends string> = Readonly<Record<K | 'changed', number>>

function* changedSince<R extends object>(
  prepare: AnalyticsReader['prepare'],
  table: 'flows' | 'ingest',
  key: 'key' | 'hour',
  since: number,
): Generator<readonly R[]> {
  const next = prepare(
    `SELECT * FROM ${table} WHERE (changed, ${key}) > (?, ?) ORDER BY changed, ${key} LIMIT ${ROWS_AT_ONCE}`,
  )
  for (let after: readonly [number, number] = [since, Number.MAX_SAFE_INTEGER]; ; ) {
    const rows = next.all(...after) as unknown as (R & Changed<typeof key>)[]
    if (rows.length > 0) yield rows
    if (rows.length < ROWS_AT_ONCE) return
    const { changed, [key]: last } = rows.at(-1)!
    after = [changed, last]
  }
}

/** All rows of a view. */
export async function* wholeView(name: ViewName, reader: AnalyticsReader): AsyncGenerator<readonly Row[]> {
  const { few, many } = VIEW_ROWS[name]
  yield await few(reader)
  for (const { rows } of many?.(reader, NEVER) ?? []) yield [...rows.values()].filter((row) => row !== null)
}

/** Before anything changed. */
const NEVER = -1
