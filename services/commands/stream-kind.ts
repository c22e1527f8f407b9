import type { DeletionEvent } from '../../contracts/events/deletion-events.ts'
import type { FlowEvent } from '../../contracts/events/flow-events.ts'
import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import type { ProfileEvent } from '../../contracts/events/profile-events.ts'
import type { ServiceEvent } from '../../contracts/events/service-events.ts'
import type { SourceEvent } from '../../contracts/events/source-events.ts'
import { streamName } from '../../contracts/events/stream-name.ts'
import type { TimelineEvent } from '../../contracts/events/timeline-events.ts'
import type { WebhookEvent } from '../../contracts/events/webhook-events.ts'
import { coverageFromJson, coverageToJson } from '../../contracts/time/coverage.ts'
import type { Aggregate } from '../../domain/decision.ts'
import { type DeletionState, deletionAggregate } from '../../domain/deletion/deletion.ts'
import { type FlowState, flowAggregate } from '../../domain/flow/flow.ts'
import { objectAggregate } from '../../domain/media-object/media-object.ts'
import type { ObjectState } from '../../domain/media-object/object-state.ts'
import { type ProfileState, profileAggregate } from '../../domain/profile/profile.ts'
import { type ServiceState, serviceAggregate } from '../../domain/service/service.ts'
import { type SourceState, sourceAggregate } from '../../domain/source/source.ts'
import { type TimelineState, timelineAggregate } from '../../domain/timeline/timeline.ts'
import { type WebhookState, webhookAggregate } from '../../domain/webhook/webhook.ts'

/** An aggregate, the streams it lives in, and how its state is kept as a snapshot. */
export type StreamKind<S, E> = {
  readonly streamOf: (id: string) => string
  readonly aggregate: Aggregate<S, E>
  readonly toSnapshot: (state: S) => unknown
  readonly fromSnapshot: (snapshot: unknown) => S
}

/** States that are plain JSON are their own snapshots. */
const plain = <S, E>(streamOf: (id: string) => string, aggregate: Aggregate<S, E>): StreamKind<S, E> => ({
  streamOf,
  aggregate,
  toSnapshot: (state) => state,
  fromSnapshot: (snapshot) => snapshot as S,
})

export const serviceStream = plain<ServiceState, ServiceEvent>(streamName.service, serviceAggregate)
export const sourceStream = plain<SourceState, SourceEvent>(streamName.source, sourceAggregate)
export const flowStream = plain<FlowState, FlowEvent>(streamName.flow, flowAggregate)
export const objectStream = plain<ObjectState, ObjectEvent>(streamName.object, objectAggregate)
export const profileStream = plain<ProfileState, ProfileEvent>(streamName.profile, profileAggregate)
export const webhookStream = plain<WebhookState, WebhookEvent>(streamName.webhook, webhookAggregate)
export const deletionStream = plain<DeletionState, DeletionEvent>(streamName.deletion, deletionAggregate)

export const timelineStream: StreamKind<TimelineState, TimelineEvent> = {
  streamOf: streamName.timeline,
  aggregate: timelineAggregate,
  toSnapshot: ({ coverage }) => coverageToJson(coverage),
  fromSnapshot: (snapshot) => ({ coverage: coverageFromJson(snapshot as string[]) }),
}
