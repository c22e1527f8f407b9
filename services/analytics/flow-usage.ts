import { usageOf } from '../../projections/analytics/flow-state.ts'
import { contribute, type PendingSums, type Sums, USAGE_SCOPE } from '../../projections/analytics/sums.ts'
import type { FlowUsageRow } from '../../projections/analytics/view-tables.ts'
import type { AnalyticsReader } from './analytics-reader.ts'
import { type FlowFilter, isEverything, selectedFlows } from './flow-selection.ts'
import { average, keptSums, numbers, ownSums } from './kept-sums.ts'

const DIMENSIONS = ['total', 'format', 'codec', 'container', 'resolution', 'frame_rate', 'status']

/**
 * The flows that are there, and what they take up: in all, and by what they are.
 * @param most values of a dimension; of chosen flows, never more than one answer tells
 */
export async function flowUsage(
  reader: AnalyticsReader,
  filter: FlowFilter,
  most?: number,
): Promise<readonly FlowUsageRow[]> {
  const values = isEverything(filter)
    ? keptSums(reader, USAGE_SCOPE, DIMENSIONS, most)
    : ownSums(await sumsOfFlows(reader, filter), DIMENSIONS)
  const isThereTotal = values[0]?.dimension === 'total'
  return [
    ...(isThereTotal ? [] : [usageRow('total', '', {})]),
    ...values.map(({ dimension, value, sums }) => usageRow(dimension, value, sums)),
  ]
}

async function sumsOfFlows(reader: AnalyticsReader, filter: FlowFilter): Promise<PendingSums> {
  const pending: PendingSums = new Map()
  for await (const flow of selectedFlows(reader, filter)) contribute(pending, USAGE_SCOPE, usageOf(flow), 1)
  return pending
}

const usageRow = (dimension: string, value: string, sums: Sums): FlowUsageRow => ({
  dimension,
  value: value === '' ? null : value,
  ...numbers(sums, ['flows', 'flows_with_segments', 'flows_without_bit_rate', 'segments', 'duration']),
  estimated_bytes: (sums['kilobits'] ?? 0n) / KILOBIT_NANOSECONDS_PER_BYTE,
  ...numbers(sums, ['objects', 'measured_objects', 'measured_bytes']),
  average_object_bytes: average(sums['measured_bytes'] ?? 0n, sums['measured_objects'] ?? 0n),
})

/** A thousand bits a second are 125 bytes a second. */
const KILOBIT_NANOSECONDS_PER_BYTE = 1_000_000_000n / 125n
