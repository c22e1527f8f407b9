import type { StatementSyncInstance } from '@photostructure/sqlite'
import type { FlowState } from './flow-state.ts'
import type { ObjectState } from './object-state.ts'
import type { Contribution, PendingSums } from './sums.ts'
import type { CountedKind } from './view-change.ts'

export type Prepare = (sql: string) => StatementSyncInstance

/** A row of `segments` after its flow. */
export type SegmentColumns = readonly [
  start_s: number,
  start_ns: number,
  end_s: number,
  end_ns: number,
  end_inclusive: number,
  object_id: string,
]

export type IngestHour = { segments: number; duration: bigint; segments_removed: number; objects: number }

/** A transaction under way: what it has seen and changed so far. Written by flush-views.ts. */
export type ViewWrite = {
  readonly prepare: Prepare
  /** Of the event that is being applied: UTC, milliseconds. */
  timeMs: number
  /** By id. They may have been seen in an earlier transaction. */
  readonly flows: Map<string, FlowState>
  /** Keys of Storage Backends, by id. */
  readonly storages: Map<string, number>
  /** What flows that have changed had contributed before. */
  readonly touched: Map<FlowState, readonly Contribution[]>
  readonly objects: Map<string, ObjectState>
  readonly sums: PendingSums
  readonly segments: (string | number)[][]
  /** Changes of counts: by flow, hour and length; and by flow and hour. */
  readonly lengths: Map<string, LengthChange>
  readonly joins: Map<string, { readonly flow: number; readonly hour: number; by: number }>
  readonly counts: Map<CountedKind, number>
  readonly ingest: Map<number, IngestHour>
}

export type LengthChange = {
  readonly flow: number
  readonly hour: number
  readonly length_s: number
  readonly length_ns: number
  by: number
}
