import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { objectIdOf } from '../../contracts/events/stream-name.ts'
import { projectToTables } from '../../projections/vast/project.ts'
import type { ResourceTable, TableChange, TableName } from '../../projections/vast/table-change.ts'
import type { EventDigest } from '../ports/event-digest.ts'
import { tracing } from '../tracing/tracing.ts'
import type { Checkpoint, Checkpoints } from './checkpoints.ts'
import { type SegmentStep, segmentSteps } from './segment-steps.ts'

/** What the events after one position bring the tables, up to another. */
export type PendingBatch = {
  readonly from: number
  readonly to: Checkpoint
  readonly rows: ReadonlyMap<ResourceTable, RowsToWrite>
  readonly segments: readonly SegmentStep[]
  readonly tagged: readonly Extract<TableChange, { op: 'write-tags' }>[]
  /** The requests that the events came of; none where nothing is traced. */
  readonly requests: ReadonlySet<string>
}

/** Ids, each once. */
export type RowsToWrite = {
  /** There may be a row already. */
  readonly known: readonly string[]
  /** It comes to be within the batch: there is no row yet. */
  readonly begun: readonly string[]
}

export const NO_ROWS: RowsToWrite = { known: [], begun: [] }

export type BatchLimits = {
  /** Rows, of all tables. */
  readonly rows: number
  /** About how much they take. */
  readonly bytes: number
}

export type BatchBuilder = {
  add(event: RecordedEvent): void
  addDigest(digest: EventDigest): void
  isFull(): boolean
  take(): PendingBatch
}

type RowList = { readonly ids: Set<string>; readonly known: string[]; readonly begun: string[] }

const BYTES_OF_ROW = 300
/** As many as are looked at for links of a span. */
const MAX_REQUESTS = 1_000

/** @param ahead up to where tables were filled from the catalog: what came before is in them */
export function batchBuilder(from: Checkpoint, ahead: Checkpoints, limits: BatchLimits): BatchBuilder {
  let to = from
  let count = 0
  let bytes = 0
  const rows = new Map<ResourceTable, RowList>()
  const segments = segmentSteps()
  const requests = new Set<string>()
  const isTraced = tracing() !== undefined
  const tagged = new Map<string, Extract<TableChange, { op: 'write-tags' }>>()

  const note = (more: number, size: number) => {
    count += more
    bytes += size
  }
  const listOf = (table: ResourceTable): RowList => {
    const list = rows.get(table) ?? { ids: new Set<string>(), known: [], begun: [] }
    rows.set(table, list)
    return list
  }
  const writeRow = ({ ids, known, begun }: RowList, id: string, isNew: boolean) => {
    const before = ids.size
    if (ids.add(id).size === before) return
    ;(isNew ? begun : known).push(id)
    note(1, BYTES_OF_ROW)
  }
  const appliers: {
    readonly [Op in TableChange['op']]: (change: Extract<TableChange, { op: Op }>) => void
  } = {
    'write-row': ({ table, id, isNew }) => writeRow(listOf(table), id, isNew),
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
  const isIncluded = (table: TableName, position: number): boolean =>
    position <= (ahead.get(table)?.position ?? 0)
  const apply = (change: TableChange, position: number) => {
    if (isIncluded(change.op === 'write-row' ? change.table : 'segments', position)) return
    ;(appliers[change.op] as (change: TableChange) => void)(change)
  }
  const add = (event: RecordedEvent) => {
    to = { position: event.position, event_id: event.id }
    if (isTraced && requests.size < MAX_REQUESTS) requests.add(event.correlationId)
    for (const change of projectToTables(event)) apply(change, event.position)
  }

  return {
    add,
    addDigest({ events, begun, continued, last }) {
      if (!last) return
      for (const event of events) add(event)
      if (!isIncluded('objects', last.position)) {
        const objects = listOf('objects')
        for (const stream of begun) writeRow(objects, objectIdOf(stream), true)
        for (const stream of continued) writeRow(objects, objectIdOf(stream), false)
      }
      to = { position: last.position, event_id: last.id }
    },
    isFull: () => count >= limits.rows || bytes >= limits.bytes,
    take: () => ({
      from: from.position,
      to,
      rows: new Map([...rows].map(([table, { known, begun }]) => [table, { known, begun }])),
      segments: segments.take(),
      tagged: [...tagged.values()],
      requests,
    }),
  }
}
