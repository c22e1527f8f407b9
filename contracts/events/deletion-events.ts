/** Someone asked for a deletion that is carried out step by step. Times are canonical TAMS text. */
export type DeletionRequested = {
  readonly type: 'DeletionRequested'
  readonly data: {
    readonly deletion_id: string
    readonly flow_id: string
    /** Segments wholly inside go; of a whole Flow, what its segments spanned. */
    readonly timerange_to_delete: string
    /** Only segments of this object. */
    readonly object_id?: string
    /** Whether the Flow goes too; then all its segments do. */
    readonly delete_flow: boolean
    /**
     * The last revision of the flow's stream, and of its timeline's, when this was asked: -1 for none. What
     * was written after it was not meant.
     */
    readonly flow_revision: number
    readonly timeline_revision: number
    /** For so long after this event it does not begin, and the Flow can be had back. None: it may begin at once. */
    readonly held_for_seconds?: number
  }
}

/** It is held back no longer: someone does not want to wait. */
export type DeletionReleased = {
  readonly type: 'DeletionReleased'
  readonly data: { readonly deletion_id: string }
}

/** It was called off while it was held back: its Flow is there again. */
export type DeletionCancelled = {
  readonly type: 'DeletionCancelled'
  readonly data: {
    readonly deletion_id: string
    readonly kept_for_seconds: number
  }
}

export type DeletionStarted = {
  readonly type: 'DeletionStarted'
  readonly data: { readonly deletion_id: string }
}

export type DeletionProgressed = {
  readonly type: 'DeletionProgressed'
  readonly data: { readonly deletion_id: string; readonly timerange_remaining: string }
}

export type DeletionCompleted = {
  readonly type: 'DeletionCompleted'
  readonly data: {
    readonly deletion_id: string
    /** How long after this the request can still be looked at. */
    readonly kept_for_seconds: number
  }
}

/** It was given up; what had been deleted by then stays deleted. */
export type DeletionFailed = {
  readonly type: 'DeletionFailed'
  readonly data: {
    readonly deletion_id: string
    readonly error: { readonly type: string; readonly summary: string }
    readonly kept_for_seconds: number
  }
}

/** The request is shown no more. */
export type DeletionForgotten = {
  readonly type: 'DeletionForgotten'
  readonly data: { readonly deletion_id: string }
}

/** Stream `deletion-<deletion id>`. */
export type DeletionEvent =
  | DeletionRequested
  | DeletionReleased
  | DeletionCancelled
  | DeletionStarted
  | DeletionProgressed
  | DeletionCompleted
  | DeletionFailed
  | DeletionForgotten
