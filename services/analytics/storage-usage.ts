import { SIZE_BOUNDS } from '../../projections/analytics/buckets.ts'
import {
  contribute,
  type PendingSums,
  parseSums,
  STORAGE_SCOPE,
  type Sums,
} from '../../projections/analytics/sums.ts'
import type { StorageUsageRow } from '../../projections/analytics/view-tables.ts'
import type { AnalyticsReader } from './analytics-reader.ts'
import { type FlowFilter, isEverything, selectedFlows } from './flow-selection.ts'
import { average, keptSums, numbers, ownSums } from './kept-sums.ts'

const DIMENSIONS = ['total', 'storage_id', 'size_up_to']

/**
 * The objects that are known and their bytes: in all, by Storage Backend, and by size. Of chosen flows, those that
 * their segments use, each once for every flow.
 * @param most values of a dimension; of chosen flows, never more than one answer tells
 */
export async function storageUsage(
  reader: AnalyticsReader,
  filter: FlowFilter,
  most?: number,
): Promise<readonly StorageUsageRow[]> {
  const isWhole = isEverything(filter)
  const values = isWhole
    ? keptSums(reader, STORAGE_SCOPE, DIMENSIONS, most)
    : ownSums(await sumsOfFlows(reader, filter), DIMENSIONS)
  const storage = reader.prepare('SELECT id FROM storages WHERE key = ?')
  const told = (dimension: string, value: string): string | null => {
    if (dimension === 'storage_id') return (storage.get(Number(value)) as { id: string }).id
    return dimension === 'size_up_to' ? (SIZE_BOUNDS[Number(value)]?.toString() ?? null) : null
  }
  const isThereTotal = values[0]?.dimension === 'total'
  return [
    ...(isThereTotal ? [] : [storageRow('total', null, {}, isWhole)]),
    ...values
      .toSorted(bySize)
      .map(({ dimension, value, sums }) =>
        storageRow(dimension, told(dimension, value), sums, isWhole && dimension === 'total'),
      ),
  ]
}

/** Sizes go up. */
const bySize = (a: { dimension: string; value: string }, b: { dimension: string; value: string }): number =>
  a.dimension === 'size_up_to' && b.dimension === 'size_up_to' ? Number(a.value) - Number(b.value) : 0

async function sumsOfFlows(reader: AnalyticsReader, filter: FlowFilter): Promise<PendingSums> {
  const pending: PendingSums = new Map()
  const ofFlow = reader.prepare('SELECT dimension, value, weight, sums FROM sums WHERE scope = ?')
  for await (const { key } of selectedFlows(reader, filter)) {
    const rows = ofFlow.all(key) as { dimension: string; value: string; weight: number; sums: string }[]
    contribute(
      pending,
      STORAGE_SCOPE,
      rows.map((row) => ({ ...row, sums: parseSums(row.sums) })),
      1,
    )
  }
  return pending
}

const OF_ALL = [
  'media_objects',
  'init_objects',
  'unregistered_objects',
  'orphaned_objects',
  'shared_objects',
  'used_objects',
  'uses',
] as const

const NOT_TOLD = {
  media_objects: null,
  init_objects: null,
  unregistered_objects: null,
  orphaned_objects: null,
  shared_objects: null,
  used_objects: null,
  uses: null,
}

const BILLION = 1_000_000_000n

const storageRow = (
  dimension: string,
  value: string | null,
  sums: Sums,
  isWhole: boolean,
): StorageUsageRow => ({
  dimension,
  value,
  ...numbers(sums, ['objects', 'measured_objects', 'measured_bytes']),
  average_object_bytes: average(sums['measured_bytes'] ?? 0n, sums['measured_objects'] ?? 0n),
  instances: dimension === 'total' ? (sums['instances'] ?? 0n) : null,
  ...(isWhole ? numbers(sums, OF_ALL) : NOT_TOLD),
  reuse_ratio: isWhole ? average((sums['uses'] ?? 0n) * BILLION, sums['used_objects'] ?? 0n) : null,
})
