import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import { WebhookEventType } from '../../contracts/resources/webhook.ts'

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
  ObjectAllocated: 'objects/allocated',
  ObjectRegistered: 'objects/created',
  // The first of them makes it known, where nobody has registered it.
  ObjectReferenced: 'objects/created',
  // Flow Segments that are added and deleted tell of it.
  ObjectDereferenced: null,
  InstanceAdded: 'objects/instance_added',
  // Copies are told of once they are there.
  InstanceRequested: null,
  InstanceStored: 'objects/instance_added',
  InstanceFailed: null,
  InstanceRemoved: 'objects/instance_removed',
  InstancePurged: null,
  ObjectMeasured: 'objects/measured',
  ObjectRetired: 'objects/deleted',
  ObjectPurged: null,
  ProfileCreated: null,
  WebhookRegistered: null,
  WebhookUpdated: null,
  WebhookDeleted: null,
  WebhookStarted: null,
  WebhookFailed: null,
  WebhookReplayed: null,
  DeletionRequested: 'flow_delete_requests/created',
  DeletionStarted: 'flow_delete_requests/updated',
  DeletionProgressed: 'flow_delete_requests/updated',
  DeletionCompleted: 'flow_delete_requests/completed',
  DeletionFailed: 'flow_delete_requests/failed',
  DeletionReleased: 'flow_delete_requests/updated',
  // Its status is that of a failed one.
  DeletionCancelled: 'flow_delete_requests/failed',
  DeletionForgotten: null,
  CommandAnswered: null,
} as const satisfies Record<DomainEventType, PublicEventType | null>

export type ToldEventType = {
  [T in DomainEventType]: (typeof toldAs)[T] extends null ? never : T
}[DomainEventType]

/** Some events of a type may not be told: `deriveEvent` says. */
export const typeToldAs = (type: DomainEventType): PublicEventType | null => toldAs[type]

export const TOLD_TYPES = Object.entries(toldAs).flatMap(([type, told]) =>
  told === null ? [] : [type as ToldEventType],
)

/** Of the log, what can be told as one of these. */
export const toldTypesOf = (types: readonly PublicEventType[]): readonly ToldEventType[] =>
  TOLD_TYPES.filter((type) => types.includes(toldAs[type]))

/** What webhooks can be told of. */
export const WEBHOOK_TOLD_TYPES = toldTypesOf(WebhookEventType.options)

/** There is one of these for each segment, and what is told of it is in the event: the index has nothing of them. */
export const OF_OBJECTS: readonly DomainEventType[] = TOLD_TYPES.filter((type) =>
  toldAs[type].startsWith('objects/'),
)

export const TOLD_WITHOUT_OBJECTS = TOLD_TYPES.filter((type) => !OF_OBJECTS.includes(type))

/** What is told with the state of something, and what a resource in it also shows. */
export const INDEXED_TYPES: readonly DomainEventType[] = [
  ...TOLD_WITHOUT_OBJECTS,
  'SegmentTagSet',
  'SegmentTagRemoved',
  'DeletionForgotten',
]

const indexed: ReadonlySet<DomainEventType> = new Set(INDEXED_TYPES)

/** Whether the index has to include an event before others can be told of it. */
export const isIndexed = ({ type }: { readonly type: DomainEventType }): boolean => indexed.has(type)
