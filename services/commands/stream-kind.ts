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
  /** @returns undefined for the snapshot of a release whose states had another shape */
  readonly fromSnapshot: (snapshot: unknown) => S | undefined
}

/** How a state is written as JSON. */
type Shape<S> = {
  /** Raised when a state changes its shape: older snapshots are then not read any more. */
  readonly version: number
  readonly toJson: (state: S) => unknown
  readonly fromJson: (json: unknown) => S
}

type Versioned = { readonly version: number; readonly state: unknown }

const streamKind = <S, E>(
  streamOf: (id: string) => string,
  aggregate: Aggregate<S, E>,
  { version, toJson, fromJson }: Shape<S>,
): StreamKind<S, E> => ({
  streamOf,
  aggregate,
  toSnapshot: (state): Versioned => ({ version, state: toJson(state) }),
  fromSnapshot: (snapshot) => {
    const { version: found, state } = snapshot as Partial<Versioned>
    return found === version ? fromJson(state) : undefined
  },
})

/** States that are plain JSON are their own snapshots. */
const plain = <S>(version: number): Shape<S> => ({
  version,
  toJson: (state) => state,
  fromJson: (json) => json as S,
})

export const serviceStream = streamKind<ServiceState, ServiceEvent>(
  streamName.service,
  serviceAggregate,
  plain(1),
)
export const sourceStream = streamKind<SourceState, SourceEvent>(streamName.source, sourceAggregate, plain(1))
export const flowStream = streamKind<FlowState, FlowEvent>(streamName.flow, flowAggregate, plain(1))
export const objectStream = streamKind<ObjectState, ObjectEvent>(streamName.object, objectAggregate, plain(3))
export const profileStream = streamKind<ProfileState, ProfileEvent>(
  streamName.profile,
  profileAggregate,
  plain(1),
)
export const webhookStream = streamKind<WebhookState, WebhookEvent>(
  streamName.webhook,
  webhookAggregate,
  plain(1),
)
export const deletionStream = streamKind<DeletionState, DeletionEvent>(
  streamName.deletion,
  deletionAggregate,
  plain(2),
)

export const timelineStream = streamKind<TimelineState, TimelineEvent>(
  streamName.timeline,
  timelineAggregate,
  {
    version: 1,
    toJson: ({ coverage }) => coverageToJson(coverage),
    fromJson: (json) => ({ coverage: coverageFromJson(json as string[]) }),
  },
)
