import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { TagValue } from '../../contracts/resources/tags.ts'

export type SqlValue = string | number | null

/** Tables whose rows have one text key, `id`. */
export type KeyedTable =
  | 'service'
  | 'sources'
  | 'flows'
  | 'objects'
  | 'profiles'
  | 'webhooks'
  | 'deletion_requests'

/**
 * What an event does to the catalog. Puts name only the columns they set: a row that is not there yet has
 * NULL in the others.
 */
export type RowChange =
  | {
      readonly op: 'put'
      readonly table: KeyedTable
      readonly id: string
      readonly set: Readonly<Record<string, SqlValue>>
    }
  | { readonly op: 'remove'; readonly table: KeyedTable; readonly id: string }
  /** Sets when the segments of a flow that is still there last changed. UTC, milliseconds. */
  | { readonly op: 'touch-segments'; readonly flow_id: string; readonly time_ms: number }
  /** Of a flow that has just come to be: changes of an earlier one's segments are none of its own. */
  | { readonly op: 'untouch-segments'; readonly flow_id: string }
  | {
      readonly op: 'set-members'
      readonly flow_id: string
      readonly members: readonly { readonly id: string }[]
    }
  /** Into a collection where it was before, if the flow that collects is there. */
  | {
      readonly op: 'restore-member'
      readonly flow_id: string
      readonly place: number
      readonly member: { readonly id: string }
    }
  /** A flow that is gone is in no collection. */
  | { readonly op: 'remove-member'; readonly member_id: string }
  | { readonly op: 'add-url'; readonly object_id: string; readonly label: string; readonly url: string }
  | { readonly op: 'remove-url'; readonly object_id: string; readonly label: string }
  | { readonly op: 'remove-urls'; readonly object_id: string }
  /** One more instance in a Storage Backend. */
  | {
      readonly op: 'add-instance'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
    }
  /** Also where it is the one that the object's own row tells of. */
  | { readonly op: 'remove-instance'; readonly object_id: string; readonly storage_id: string }
  | { readonly op: 'remove-instances'; readonly object_id: string }
  /** A copy is on its way. */
  | {
      readonly op: 'add-copy'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
      /** The event's. */
      readonly position: number
    }
  /** It is there, or no longer wanted. */
  | { readonly op: 'remove-copy'; readonly object_id: string; readonly storage_id: string }
  /**
   * Keeps what is fixed for good about an object that goes, and where its bytes are that are to go. Its own
   * row and those beside it have to be there still.
   */
  | {
      readonly op: 'retire-object'
      readonly object_id: string
      /** The event's. */
      readonly position: number
    }
  /** The bytes of one instance are to go. */
  | {
      readonly op: 'add-purge'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
      /** The event's. */
      readonly position: number
    }
  /** They are gone. */
  | {
      readonly op: 'remove-purge'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
    }
  /** All bytes of an object are gone. */
  | { readonly op: 'remove-purges'; readonly object_id: string }
  | {
      readonly op: 'add-segments'
      readonly flow_id: string
      readonly segments: readonly SegmentRecord[]
      /** The event's. */
      readonly position: number
    }
  | {
      readonly op: 'remove-segments'
      readonly flow_id: string
      readonly timerange: string
      readonly object_id: string | null
      /** The event's. */
      readonly position: number
    }
  | {
      readonly op: 'set-segment-tag'
      readonly flow_id: string
      readonly object_id: string
      readonly name: string
      readonly value: TagValue
    }
  | {
      readonly op: 'remove-segment-tag'
      readonly flow_id: string
      readonly object_id: string
      readonly name: string
    }
