import type { FlowFacts } from './flow-facts.ts'
import type { ObjectFacts } from './object-facts.ts'
import type { ObjectSums } from './object-sums.ts'
import type { Contribution, PendingSums, Prepare } from './sums.ts'
import type { CountedKind } from './view-change.ts'

/** Seconds and nanoseconds. */
export type Pair = readonly [seconds: number, nanoseconds: number]

/** A flow as the views know it, with the sums of what it has. */
export type FlowState = {
  readonly key: number
  readonly id: string
  isLive: boolean
  facts: FlowFacts | null
  segments: number
  /** Nanoseconds. */
  duration: bigint
  /** Segments that begin where another ends. */
  joins: number
  /** Segments by bucket of DURATION_BOUNDS. */
  readonly histogram: number[]
  objects: number
  measured_objects: number
  measured_bytes: bigint
  first: Pair | null
  last: readonly [...Pair, inclusive: number] | null
  shortest: Pair | null
  longest: Pair | null
  /** Segments have gone: what is the first, the last, the shortest and the longest has to be looked up. */
  hasShrunk: boolean
}

/** An object as the views know it. */
export type ObjectState = ObjectFacts & {
  readonly id: string
  /** It was there before this transaction: there may be rows of its uses. */
  wasThere: boolean
  /** What it was then. */
  before: ObjectFacts
  /** One of the flows that use it, and its segments that do: in the object's own row. */
  flow: number | null
  flow_uses: number
  /** Segments by other flows, as far as this transaction has asked for them. */
  readonly otherUses: Map<number, number>
}

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
  /** Up to where the views are with it. */
  readonly position: number
  /** Of the event that is being applied: UTC, milliseconds. */
  timeMs: number
  /** By id. They may have been seen in an earlier transaction. */
  readonly flows: Map<string, FlowState>
  /** Keys of Storage Backends, by id. */
  readonly storages: Map<string, number>
  /** What flows that have changed had contributed before. */
  readonly touched: Map<FlowState, readonly Contribution[]>
  /** By id. Some have been seen in earlier transactions. */
  readonly objects: Map<string, ObjectState>
  readonly changedObjects: Map<string, ObjectState>
  readonly sums: PendingSums
  /** Those of objects, on their way to `sums`. */
  readonly objectSums: ObjectSums
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
  /** The same, nanoseconds. */
  readonly duration: bigint
  /** Of DURATION_BOUNDS. */
  readonly bucket: number
  by: number
}
