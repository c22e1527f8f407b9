import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { WebhookEventType } from '../../contracts/resources/webhook.ts'

/** What others are told of as what: a new type of event does not compile until someone has said so. */
const toldAs = {
  ServiceUpdated: null,
  SourceCreated: 'sources/created',
  SourceUpdated: 'sources/updated',
  SourceDeleted: 'sources/deleted',
  // To others, what was deleted and is back has come to be.
  SourceRestored: 'sources/created',
  FlowAttached: null,
  FlowDetached: null,
  FlowCreated: 'flows/created',
  FlowUpdated: 'flows/updated',
  FlowDeleted: 'flows/deleted',
  FlowRestored: 'flows/created',
  SegmentsAdded: 'flows/segments_added',
  SegmentsDeleted: 'flows/segments_deleted',
  // TAMS has no tags of segments.
  SegmentTagSet: null,
  SegmentTagRemoved: null,
  ObjectAllocated: null,
  ObjectRegistered: null,
  ObjectReferenced: null,
  ObjectDereferenced: null,
  InstanceAdded: null,
  InstanceRequested: null,
  InstanceStored: null,
  InstanceFailed: null,
  InstanceRemoved: null,
  InstancePurged: null,
  ObjectMeasured: null,
  ObjectRetired: null,
  ObjectPurged: null,
  ProfileCreated: null,
  WebhookRegistered: null,
  WebhookUpdated: null,
  WebhookDeleted: null,
  WebhookStarted: null,
  WebhookFailed: null,
  WebhookReplayed: null,
  DeletionRequested: null,
  DeletionStarted: null,
  DeletionProgressed: null,
  DeletionCompleted: null,
  DeletionFailed: null,
  DeletionReleased: null,
  DeletionCancelled: null,
  DeletionForgotten: null,
  CommandAnswered: null,
} as const satisfies Record<DomainEventType, WebhookEventType | null>

export type ToldEventType = {
  [T in DomainEventType]: (typeof toldAs)[T] extends null ? never : T
}[DomainEventType]

export const typeToldAs = (type: DomainEventType): WebhookEventType | null => toldAs[type]

export const TOLD_TYPES = Object.entries(toldAs).flatMap(([type, told]) =>
  told === null ? [] : [type as ToldEventType],
)

/** What others are told of, and what a resource in it also shows. */
export const INDEXED_TYPES: readonly DomainEventType[] = [...TOLD_TYPES, 'SegmentTagSet', 'SegmentTagRemoved']
