import type { TagValue } from '../resources/tags.ts'

/**
 * A Flow Segment as the timeline keeps it: its place, and how it uses its Media Object. Times are canonical
 * TAMS text. What belongs to the object itself (URLs, key frames, init object) is on the object's stream.
 */
export type SegmentRecord = {
  readonly object_id: string
  readonly timerange: string
  readonly ts_offset?: string
  readonly last_duration?: string
  readonly sample_offset?: number
  readonly sample_count?: number
}

export type SegmentsAdded = {
  readonly type: 'SegmentsAdded'
  readonly data: { readonly flow_id: string; readonly segments: readonly SegmentRecord[] }
}

export type SegmentsDeleted = {
  readonly type: 'SegmentsDeleted'
  readonly data: {
    readonly flow_id: string
    /** From the start of the first deleted segment to the end of the last: never ends in empty space. */
    readonly timerange: string
    /** Only segments of this object went; otherwise all inside `timerange` did. */
    readonly object_id?: string
    /** What the deleted segments covered, merged where they met. */
    readonly ranges: readonly string[]
  }
}

/** A tag of all the flow's segments of one object: it goes with the last of them. */
export type SegmentTagSet = {
  readonly type: 'SegmentTagSet'
  readonly data: {
    readonly flow_id: string
    readonly object_id: string
    readonly name: string
    readonly value: TagValue
  }
}

export type SegmentTagRemoved = {
  readonly type: 'SegmentTagRemoved'
  readonly data: { readonly flow_id: string; readonly object_id: string; readonly name: string }
}

/** Stream `timeline-<flow id>`. */
export type TimelineEvent = SegmentsAdded | SegmentsDeleted | SegmentTagSet | SegmentTagRemoved
