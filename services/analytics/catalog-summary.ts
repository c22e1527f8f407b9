import { STORAGE_SCOPE, USAGE_SCOPE } from '../../projections/analytics/sums.ts'
import { deletionsOf } from '../../projections/analytics/view-change.ts'
import type { SummaryRow } from '../../projections/analytics/view-tables.ts'
import type { AnalyticsReader } from './analytics-reader.ts'
import { keptSums } from './kept-sums.ts'

const DELETION_STATUSES = ['created', 'started', 'done', 'error'] as const
const HOUR_MS = 3_600_000

export type SummaryRequest = {
  /** How many hours of ingest to tell, the last ones in which something came. */
  readonly hours: number
  /** Of the log. */
  readonly head: number
}

/** How many there are of each resource, how far the log and the views are, and what came in hour by hour. */
export function catalogSummary(
  reader: AnalyticsReader,
  { hours, head }: SummaryRequest,
): readonly SummaryRow[] {
  const { prepare, position } = reader
  const [usage] = keptSums(reader, USAGE_SCOPE, ['total'])
  const [storage] = keptSums(reader, STORAGE_SCOPE, ['total'])
  const counts = new Map(
    (prepare('SELECT kind, count FROM counts').all() as { kind: string; count: number }[]).map(
      ({ kind, count }) => [kind, count],
    ),
  )
  const ingest = prepare('SELECT * FROM ingest ORDER BY hour DESC LIMIT +?').all(hours) as IngestRow[]
  return [
    countRow('resources', 'sources', counts.get('sources') ?? 0),
    countRow('resources', 'flows', usage?.sums['flows'] ?? 0n),
    countRow('resources', 'segments', usage?.sums['segments'] ?? 0n),
    countRow('resources', 'objects', storage?.sums['objects'] ?? 0n),
    countRow('resources', 'profiles', counts.get('profiles') ?? 0),
    countRow('resources', 'webhooks', counts.get('webhooks') ?? 0),
    ...DELETION_STATUSES.map((status) =>
      countRow('deletion_requests', status, counts.get(deletionsOf(status)) ?? 0),
    ),
    countRow('position', 'log', Math.max(head, position)),
    countRow('position', 'analytics', position),
    ...ingest.reverse().map(ingestRow),
  ]
}

/** As it is kept. */
export type IngestRow = {
  readonly hour: number
  readonly segments: number
  readonly duration: string
  readonly segments_removed: number
  readonly objects: number
}

export const ingestRow = ({
  hour,
  segments,
  duration,
  segments_removed,
  objects,
}: IngestRow): SummaryRow => ({
  dimension: 'ingest',
  value: new Date(hour * HOUR_MS).toISOString(),
  count: null,
  hour: hour * HOUR_MS,
  segments,
  segments_removed,
  objects,
  duration: BigInt(duration),
})

const countRow = (dimension: string, value: string, count: number | bigint): SummaryRow => ({
  dimension,
  value,
  count,
  hour: null,
  segments: null,
  segments_removed: null,
  objects: null,
  duration: null,
})
