import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { FlowFacts } from './flow-facts.ts'

/** Resources that are only counted. */
export type CountedKind = 'sources' | 'profiles' | 'webhooks' | `deletion_requests/${DeletionStatus}`

/** What an event changes in what the views are made of. */
export type ViewChange =
  /** The flow is there, and this is what it is. */
  | { readonly op: 'put-flow'; readonly flow: FlowFacts }
  /** It is gone from reads, whatever becomes of its segments. */
  | { readonly op: 'hide-flow'; readonly flow_id: string }
  | { readonly op: 'add-segments'; readonly flow_id: string; readonly segments: readonly SegmentRecord[] }
  | {
      readonly op: 'remove-segments'
      readonly flow_id: string
      readonly timerange: string
      readonly object_id: string | null
    }
  /** The object is there; what is left out stays as it was. `isNew`: no event before was about it. */
  | {
      readonly op: 'put-object'
      readonly object_id: string
      readonly isNew: boolean
      readonly role?: 'media' | 'init'
      readonly size_bytes?: number
    }
  /** Media objects that need an init object came, or went. */
  | { readonly op: 'count-init'; readonly object_id: string; readonly by: number }
  | {
      readonly op: 'add-instance'
      readonly object_id: string
      readonly isNew: boolean
      readonly storage_id: string
    }
  | { readonly op: 'remove-instance'; readonly object_id: string; readonly storage_id: string }
  | { readonly op: 'retire-object'; readonly object_id: string }
  | { readonly op: 'count'; readonly kind: CountedKind; readonly by: 1 | -1 }
  /** Without a status it is shown no more. */
  | { readonly op: 'put-deletion'; readonly id: string; readonly status?: DeletionStatus }

export type DeletionStatus = 'created' | 'started' | 'done' | 'error'

/** How deletion requests are counted: by status. */
export const deletionsOf = <S extends DeletionStatus>(status: S) => `deletion_requests/${status}` as const
