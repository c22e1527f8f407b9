import type { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { JsonObject } from '../../contracts/http/json.ts'
import type { EventContext } from './event-context.ts'

/** Something that others are told of. All but the URLs in it is as it was when it happened. */
export type PublicEvent = {
  /** The log's. */
  readonly position: number
  /** The same for the same event, always. */
  readonly id: string
  /** UTC, milliseconds. */
  readonly timeMs: number
  readonly type: PublicEventType
  /** The request that it came of. Others are not told. */
  readonly correlationId: string
  readonly context: EventContext
  readonly told: Told
}

export type Told =
  | { readonly what: 'flow' | 'source'; readonly json: string }
  | { readonly what: 'flow_id'; readonly flow_id: string }
  | { readonly what: 'source_id'; readonly source_id: string }
  | {
      readonly what: 'segments'
      readonly flow_id: string
      readonly segments: readonly SegmentRecord[]
    }
  | { readonly what: 'timerange'; readonly flow_id: string; readonly timerange: string }
  | { readonly what: 'deletion'; readonly deletion_id: string; readonly json: string }
  /** `event` is all there is to tell. */
  | { readonly what: 'object'; readonly object_id: string; readonly event: JsonObject }

/** The id of what an event is of. */
export function subjectOf({ context, told }: PublicEvent): string {
  if (told.what === 'object') return told.object_id
  if (told.what === 'deletion') return told.deletion_id
  return (context.flow_id ?? context.source_id)!
}

/** What belongs together is to stay in order: what is of a Flow, of a Source, or of an object. */
export function partitionOf({ context, told }: PublicEvent): string {
  if (told.what === 'object') return told.object_id
  return (context.flow_id ?? context.source_id)!
}
