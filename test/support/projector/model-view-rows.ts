import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import {
  ALL,
  modelFlowUsage,
  modelStorageUsage,
  modelSummary,
  modelTimeRanges,
} from '../analytics/model-views.ts'
import type { LogModel } from '../log-model/model.ts'
import { billionths, type ModelRow, whole } from './model-rows.ts'

/** The tables of the views, as cells are read (read-rows.ts), reckoned from all that a log says. */
export const modelViewTables = (
  model: LogModel,
  events: readonly RecordedEvent[],
): Readonly<Record<string, readonly ModelRow[]>> => ({
  flow_usage: modelFlowUsage(model, ALL).map((row) => told(row, ['duration'], ['estimated_bytes'])),
  storage_usage: modelStorageUsage(model).map((row) => told(row, ['reuse_ratio'])),
  time_range_analysis: modelTimeRanges(model, ALL, true).map((row) => told(row, TIMES)),
  catalog_summary: modelSummary(model, events)
    // How far the log is, the tables do not know.
    .filter(({ value }) => value !== 'log')
    .map((row) => told(row, ['duration'])),
})

const TIMES = ['duration', 'shortest', 'mean', 'longest', 'first', 'last', 'span', 'gap_duration', 'coverage']

/** @param decimals columns of nine places @param wholes of none that are wider than 64 bits */
const told = (row: object, decimals: readonly string[], wholes: readonly string[] = []): ModelRow =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value !== 'number' && typeof value !== 'bigint') return [name, value]
      if (decimals.includes(name)) return [name, billionths(BigInt(value))]
      return [name, wholes.includes(name) ? String(value) : whole(value)]
    }),
  )
