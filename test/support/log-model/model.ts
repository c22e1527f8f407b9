import type { DeletionRequested } from '../../../contracts/events/deletion-events.ts'
import type { DomainEventType } from '../../../contracts/events/domain-event.ts'
import type {
  ObjectAllocated,
  ObjectRegistration,
  ObjectRole,
} from '../../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { SourceMetadata } from '../../../contracts/events/source-events.ts'
import type { SegmentRecord } from '../../../contracts/events/timeline-events.ts'
import type { WebhookSettings } from '../../../contracts/events/webhook-events.ts'
import type { ErrorBody } from '../../../contracts/resources/error.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../../contracts/resources/flow-collection.ts'
import type { ProfilePost } from '../../../contracts/resources/profile.ts'
import type { TagValue } from '../../../contracts/resources/tags.ts'
import type { WebhookStatus } from '../../../contracts/resources/webhook.ts'
import type { Instants } from '../instants.ts'

// What a log says, told a second time in the plainest way, with a list of what must never be so. It shares
// nothing with the deciders and the catalog but the events, so that it can judge both.

export type Stamped = {
  /** The position of the event that made it. */
  key: number
  created_ms: number
  created_by: string | null
  updated_ms: number
  updated_by: string | null
}

export type ModelSource = Stamped & {
  source: SourceMetadata
  /** It was made for its own sake. */
  readonly isKept: boolean
  readonly flowIds: Set<string>
}

export type DeletedFlow = ModelFlow & { readonly deletion_id: string | undefined }

export type ModelFlow = Stamped & {
  flow: FlowMetadata
  /** The collection, without members that were deleted. */
  members: FlowCollection
  metadata_version: string
  segments_updated_ms: number | null
  /** The position of the event that said `flow`. */
  said: number
}

/** `position` is that of the event it came with. */
export type ModelSegment = SegmentRecord & Instants & { readonly position: number }

/** `removed` is the position of the event it went with. */
export type ModelRemovedSegment = ModelSegment & { readonly removed: number }

export type ModelInstance = {
  readonly key: string
  /** Not a copy that is yet to come. */
  readonly stored: boolean
  /** The one that the object was allocated. */
  readonly isFirst: boolean
  /** Of a copy: the position of the event that asked for it. */
  readonly asked?: number
}

export type ModelObject = {
  readonly allocation?: ObjectAllocated['data']
  readonly urls: Map<string, string>
  /** By storage id. */
  readonly instances: Map<string, ModelInstance>
  role?: ObjectRole
  registration?: ObjectRegistration
  first_flow_id?: string
  references: number
  retired: boolean
  /** Whether a copy was ever asked for. */
  copied?: true
  /** Bytes that are to go: by key, where they are and the position of the event that made them so. */
  readonly unpurged: Map<string, { readonly storage_id: string; readonly position: number }>
}

export type ModelProfile = Pick<Stamped, 'created_ms' | 'created_by'> & { readonly profile: ProfilePost }

export type ModelWebhook = {
  readonly webhook: WebhookSettings
  readonly status: WebhookStatus
  readonly error?: ErrorBody
}

export type ModelDeletion = {
  readonly order: DeletionRequested['data']
  /** The segments that were there to be deleted when it was asked for. */
  readonly asked: readonly ModelSegment[]
  timerange_remaining: string
  status: 'created' | 'started' | 'done' | 'error'
  error: string | null
  readonly created_ms: number
  readonly created_by: string | null
  updated_ms: number
  expiry_ms: number | null
  due_ms: number | null
}

export type LogModel = {
  service: { name: string; description: string }
  readonly sources: Map<string, ModelSource>
  readonly flows: Map<string, ModelFlow>
  /** What was deleted last under an id: a flow that is there may have come after it. */
  readonly deletedFlows: Map<string, DeletedFlow>
  /** The same of sources. */
  readonly deletedSources: Map<string, readonly ModelSource[]>
  /** Segments by flow id, in time order. */
  readonly timelines: Map<string, ModelSegment[]>
  /** Tags by flow id and object id, of all timelines that ever had any. */
  readonly segmentTags: Map<string, Map<string, Map<string, TagValue>>>
  /** Segments that are there no more, by flow id. */
  readonly removed: Map<string, ModelRemovedSegment[]>
  /** By flow id, the flows that ever collected it. */
  readonly collectors: Map<string, Set<string>>
  readonly objects: Map<string, ModelObject>
  /** Every object that was retired, in order. */
  readonly retired: { readonly id: string; readonly retired: number; readonly object: ModelObject }[]
  readonly profiles: Map<string, ModelProfile>
  readonly webhooks: Map<string, ModelWebhook>
  /** Those that are not forgotten, by id. */
  readonly deletions: Map<string, ModelDeletion>
  /** Flows whose deletion failed: their segments wait for another one. */
  readonly givenUp: Set<string>
  /** By stream, the last revision. */
  readonly revisions: Map<string, number>
  /** What no log may hold, in words. */
  readonly violations: string[]
}

/** Says what an event breaks. */
export type Broken = (what: string) => void

export type Rules<T extends DomainEventType> = {
  readonly [K in T]: (model: LogModel, event: Extract<RecordedEvent, { type: K }>, broken: Broken) => void
}

export const stamp = (event: RecordedEvent): Stamped => ({
  key: event.position,
  created_ms: event.timeMs,
  created_by: event.actor,
  ...restamp(event),
})

export const restamp = ({ timeMs, actor }: RecordedEvent) => ({ updated_ms: timeMs, updated_by: actor })
