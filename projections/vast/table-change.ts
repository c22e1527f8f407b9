import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { TABLES } from './tables/all-tables.ts'

export type TableName = keyof typeof TABLES

/** Tables whose rows have one key, `id`. */
export type ResourceTable = Exclude<TableName, 'segments'>

/**
 * What an event does to the tables. Rows of resources are written as the catalog has them, which includes the event
 * and may be ahead of it: then a later event writes them again.
 */
export type TableChange =
  | {
      /** Inserts or updates the row; deletes it where the resource is gone. */
      readonly op: 'write-row'
      readonly table: ResourceTable
      readonly id: string
      /** No event before this one was about it: there is no row yet. */
      readonly isNew: boolean
    }
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
      /** From the start of the first to the end of the last. */
      readonly timerange: string
      readonly object_id: string | null
    }
  /** The tags of a flow's segments of one object, as the catalog has them. */
  | { readonly op: 'write-tags'; readonly flow_id: string; readonly object_id: string }
