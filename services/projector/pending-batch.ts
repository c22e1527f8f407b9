import type { EventHead, RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { projectToTables } from '../../projections/vast/project.ts'
import type { ResourceTable, TableChange } from '../../projections/vast/table-change.ts'
import { tracing } from '../tracing/tracing.ts'
import type { Checkpoint, Checkpoints } from './checkpoints.ts'
import { type SegmentStep, segmentSteps } from './segment-steps.ts'

/** What the events after one position bring the tables, up to another. */
export type PendingBatch = {
  readonly from: number
  readonly to: Checkpoint
  /** Of ids: whether the row is known not to be there yet. */
  readonly rows: ReadonlyMap<ResourceTable, ReadonlyMap<string, boolean>>
  readonly segments: readonly SegmentStep[]
  readonly tagged: readonly Extract<TableChange, { op: 'write-tags' }>[]
  /** The requests that the events came of; none where nothing is traced. */
  readonly requests: ReadonlySet<string>
}

export type BatchLimits = {
  /** Rows, of all tables. */
  readonly rows: number
  /** About how much they take. */
  readonly bytes: number
}

export type BatchBuilder = {
  add(event: RecordedEvent | EventHead): void
  isFull(): boolean
  take(): PendingBatch
}

const BYTES_OF_ROW = 300
/** As many as are looked at for links of a span. */
const MAX_REQUESTS = 1_000

/** @param ahead up to where tables were filled from the catalog: what came before is in them */
export function batchBuilder(from: Checkpoint, ahead: Checkpoints, limits: BatchLimits): BatchBuilder {
  let to = from
  let count = 0
  let bytes = 0
  const rows = new Map<ResourceTable, Map<string, boolean>>()
  const segments = segmentSteps()
  const requests = new Set<string>()
  const isTraced = tracing() !== undefined
  const tagged = new Map<string, Extract<TableChange, { op: 'write-tags' }>>()

  const appliers: {
    readonly [Op in TableChange['op']]: (change: Extract<TableChange, { op: Op }>) => void
  } = {
    'write-row': ({ table, id, isNew }) => {
      let ids = rows.get(table)
      if (!ids) {
        ids = new Map()
        rows.set(table, ids)
      }
      if (ids.has(id)) return
      ids.set(id, isNew)
      note(1, BYTES_OF_ROW)
    },
    'add-segments': (change) => {
      segments.add(change)
      note(change.segments.length, change.segments.length * BYTES_OF_ROW)
    },
    'remove-segments': (change) => {
      segments.remove(change)
      note(1, BYTES_OF_ROW)
    },
    'write-tags': (change) => {
      tagged.set(JSON.stringify([change.flow_id, change.object_id]), change)
      note(1, BYTES_OF_ROW)
    },
  }
  const note = (more: number, size: number) => {
    count += more
    bytes += size
  }
  const isIncluded = (change: TableChange, position: number): boolean => {
    const table = change.op === 'write-row' ? change.table : 'segments'
    return position <= (ahead.get(table)?.position ?? 0)
  }

  return {
    add(event) {
      to = { position: event.position, event_id: event.id }
      if (isTraced && requests.size < MAX_REQUESTS) requests.add(event.correlationId)
      for (const change of projectToTables(event)) {
        if (isIncluded(change, event.position)) continue
        ;(appliers[change.op] as (change: TableChange) => void)(change)
      }
    },
    isFull: () => count >= limits.rows || bytes >= limits.bytes,
    take: () => ({
      from: from.position,
      to,
      rows,
      segments: segments.take(),
      tagged: [...tagged.values()],
      requests,
    }),
  }
}
