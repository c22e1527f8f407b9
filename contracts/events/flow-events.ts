import type { FlowMetadata } from '../resources/flow.ts'

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

/** Stream `flow-<flow id>`. */
export type FlowEvent = FlowCreated | FlowUpdated | FlowDeleted
