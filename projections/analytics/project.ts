import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { flowFacts } from './flow-facts.ts'
import type { CountedKind, DeletionStatus, ViewChange } from './view-change.ts'

type Projections = {
  readonly [K in DomainEventType]: (event: Extract<RecordedEvent, { type: K }>) => readonly ViewChange[]
}

const nothing = (): readonly ViewChange[] => []

/** What an event changes in the views. Pure. */
export const projectToViews = (event: RecordedEvent): readonly ViewChange[] =>
  (projections[event.type] as (event: RecordedEvent) => readonly ViewChange[])(event)

const count = (kind: CountedKind, by: 1 | -1) => (): readonly ViewChange[] => [{ op: 'count', kind, by }]

const deletion =
  (status?: DeletionStatus) =>
  ({ data }: { readonly data: { readonly deletion_id: string } }): readonly ViewChange[] => [
    { op: 'put-deletion', id: data.deletion_id, ...(status && { status }) },
  ]

const projections: Projections = {
  ServiceUpdated: nothing,
  SourceCreated: count('sources', 1),
  SourceUpdated: nothing,
  SourceRestored: count('sources', 1),
  SourceDeleted: count('sources', -1),
  FlowAttached: nothing,
  FlowDetached: nothing,
  FlowCreated: ({ data }) => [{ op: 'put-flow', flow: flowFacts(data.flow) }],
  FlowUpdated: ({ data }) => [{ op: 'put-flow', flow: flowFacts(data.flow) }],
  FlowRestored: ({ data }) => [{ op: 'put-flow', flow: flowFacts(data.flow) }],
  FlowDeleted: ({ data }) => [{ op: 'hide-flow', flow_id: data.flow_id }],
  SegmentsAdded: ({ data }) => [{ op: 'add-segments', ...data }],
  SegmentsDeleted: ({ data: { flow_id, timerange, object_id = null } }) => [
    { op: 'remove-segments', flow_id, timerange, object_id },
  ],
  SegmentTagSet: nothing,
  SegmentTagRemoved: nothing,
  ObjectAllocated: ({ revision, data: { object_id, storage_id } }) => [
    { op: 'add-instance', object_id, isNew: revision === 0, storage_id },
  ],
  ObjectRegistered: ({ revision, data: { object_id, role, registration } }) => [
    registered(object_id, revision === 0, role, registration),
  ],
  ObjectReferenced: ({ revision, data: { object_id, role, count: by, registration } }) => [
    ...(registration ? [registered(object_id, revision === 0, role, registration)] : []),
    ...(role === 'init' ? [{ op: 'count-init', object_id, by } as const] : []),
  ],
  // Of media objects, the segments that use them are counted.
  ObjectDereferenced: ({ data: { object_id, count: by } }) => [{ op: 'count-init', object_id, by: -by }],
  InstanceAdded: ({ revision, data: { object_id } }) => [
    { op: 'put-object', object_id, isNew: revision === 0 },
  ],
  InstanceRequested: nothing,
  InstanceStored: ({ data: { object_id, storage_id } }) => [
    { op: 'add-instance', object_id, isNew: false, storage_id },
  ],
  InstanceFailed: nothing,
  InstanceRemoved: ({ data }) =>
    'label' in data
      ? []
      : [{ op: 'remove-instance', object_id: data.object_id, storage_id: data.storage_id }],
  ObjectMeasured: ({ data: { object_id, size_bytes } }) => [
    { op: 'put-object', object_id, isNew: false, size_bytes },
  ],
  InstancePurged: nothing,
  ObjectRetired: ({ data: { object_id } }) => [{ op: 'retire-object', object_id }],
  ObjectPurged: nothing,
  ProfileCreated: count('profiles', 1),
  WebhookRegistered: count('webhooks', 1),
  WebhookUpdated: nothing,
  WebhookStarted: nothing,
  WebhookFailed: nothing,
  WebhookReplayed: nothing,
  WebhookDeleted: count('webhooks', -1),
  DeletionRequested: deletion('created'),
  DeletionReleased: nothing,
  DeletionCancelled: deletion('error'),
  DeletionStarted: deletion('started'),
  DeletionProgressed: nothing,
  DeletionCompleted: deletion('done'),
  DeletionFailed: deletion('error'),
  DeletionForgotten: deletion(),
  CommandAnswered: nothing,
}

const registered = (
  object_id: string,
  isNew: boolean,
  role: ObjectRole,
  { media }: ObjectRegistration,
): ViewChange => ({
  op: 'put-object',
  object_id,
  isNew,
  role,
  ...(media && { size_bytes: media.size_bytes }),
})
