import type { CommandEvent } from './command-events.ts'
import type { DeletionEvent } from './deletion-events.ts'
import type { FlowEvent } from './flow-events.ts'
import type { ObjectEvent } from './object-events.ts'
import type { ProfileEvent } from './profile-events.ts'
import type { ServiceEvent } from './service-events.ts'
import type { SourceEvent } from './source-events.ts'
import type { TimelineEvent } from './timeline-events.ts'
import type { WebhookEvent } from './webhook-events.ts'

/** Everything the log may hold. Events are facts in the past tense; `data` is stored as JSON. */
export type DomainEvent =
  | ServiceEvent
  | SourceEvent
  | FlowEvent
  | TimelineEvent
  | ObjectEvent
  | ProfileEvent
  | WebhookEvent
  | DeletionEvent
  | CommandEvent

export type DomainEventType = DomainEvent['type']
