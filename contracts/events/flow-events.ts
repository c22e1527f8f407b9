import type { FlowMetadata } from '../resources/flow.ts'
import type { FlowCollection } from '../resources/flow-collection.ts'
import type { Lifetime } from './lifetime.ts'

export type FlowCreated = { readonly type: 'FlowCreated'; readonly data: { readonly flow: FlowMetadata } }
/** Carries the whole metadata: TAMS replaces a Flow, it never merges. */
export type FlowUpdated = { readonly type: 'FlowUpdated'; readonly data: { readonly flow: FlowMetadata } }
/** The Flow is gone from reads and refuses writes. */
export type FlowDeleted = {
  readonly type: 'FlowDeleted'
  readonly data: {
    readonly flow_id: string
    readonly source_id: string
    /** The deletion that removes its segments. None: they went with it (or, in older logs, are still to go). */
    readonly deletion_id?: string
  }
}
/**
 * A deleted Flow is back as it was, with the segments it has. It carries all that reads tell of it, so that what
 * follows from it needs nothing from before the deletion.
 */
export type FlowRestored = {
  readonly type: 'FlowRestored'
  readonly data: Lifetime & {
    /** As it was last said. */
    readonly flow: FlowMetadata
    /** Members that `flow` names and that have left its collection. */
    readonly left_members?: readonly string[]
    /** Its places in the collections of others, which still name it. */
    readonly collected_by?: readonly CollectionPlace[]
    readonly metadata_version: string
    /** Position of the event that said `flow`. */
    readonly updated_position: number
    /** UTC, milliseconds. */
    readonly segments_updated_ms: number | null
  }
}

export type CollectionPlace = {
  /** The Flow that collects. */
  readonly flow_id: string
  /** From 0. */
  readonly place: number
  readonly item: FlowCollection[number]
}

/** Stream `flow-<flow id>`. */
export type FlowEvent = FlowCreated | FlowUpdated | FlowDeleted | FlowRestored
