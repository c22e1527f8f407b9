import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { WebhookEventType } from '../../contracts/resources/webhook.ts'
import type { EventContext } from './event-context.ts'

/** Something that others are told of. All but the URLs in it is as it was when it happened. */
export type PublicEvent = {
  /** The log's. */
  readonly position: number
  /** The same for the same event, always. */
  readonly id: string
  /** UTC, milliseconds. */
  readonly timeMs: number
  readonly type: WebhookEventType
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

/** The Flow or Source that an event is of. */
export const subjectOf = ({ context }: PublicEvent): string => context.flow_id ?? context.source_id
