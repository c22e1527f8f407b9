import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import { objectIdOf } from '../../contracts/events/stream-name.ts'
import type { ResourceTable, TableChange } from './table-change.ts'

type Projection = {
  readonly [K in DomainEventType]: (event: Extract<RecordedEvent, { type: K }>) => readonly TableChange[]
}

const nothing = (): readonly TableChange[] => []

const row = (table: ResourceTable, id: string, isNew = false): readonly TableChange[] => [
  { op: 'write-row', table, id, isNew },
]

/** Objects come by the million, one by one: those that come to be are not looked for first. */
const object = ({ revision, stream }: RecordedEvent<ObjectEvent>) =>
  row('objects', objectIdOf(stream), revision === 0)

const source = ({ data }: { readonly data: { readonly source: { readonly id: string } } }) =>
  row('sources', data.source.id)
const sourceOf = ({ data }: { readonly data: { readonly source_id: string } }) =>
  row('sources', data.source_id)
const flow = ({ data }: { readonly data: { readonly flow: { readonly id: string } } }) =>
  row('flows', data.flow.id)
const webhook = ({ data }: { readonly data: { readonly webhook: { readonly id: string } } }) =>
  row('webhooks', data.webhook.id)
const webhookOf = ({ data }: { readonly data: { readonly webhook_id: string } }) =>
  row('webhooks', data.webhook_id)
const deletion = ({ data }: { readonly data: { readonly deletion_id: string } }) =>
  row('deletion_requests', data.deletion_id)
const tags = ({ data }: { readonly data: { readonly flow_id: string; readonly object_id: string } }) => {
  const { flow_id, object_id } = data
  return [{ op: 'write-tags', flow_id, object_id } as const, ...row('flows', flow_id)]
}

/** Every type of event: a new one does not compile until someone says what it changes. */
const projection: Projection = {
  ServiceUpdated: nothing,
  SourceCreated: source,
  SourceUpdated: source,
  SourceRestored: source,
  SourceDeleted: sourceOf,
  FlowAttached: sourceOf,
  FlowDetached: sourceOf,
  FlowCreated: flow,
  FlowUpdated: flow,
  FlowRestored: flow,
  FlowDeleted: ({ data }) => row('flows', data.flow_id),
  SegmentsAdded: ({ position, data: { flow_id, segments } }) => [
    { op: 'add-segments', flow_id, segments, position },
    // For `segments_updated`.
    ...row('flows', flow_id),
  ],
  SegmentsDeleted: ({ data: { flow_id, timerange, object_id = null } }) => [
    { op: 'remove-segments', flow_id, timerange, object_id },
    ...row('flows', flow_id),
  ],
  SegmentTagSet: tags,
  SegmentTagRemoved: tags,
  ObjectAllocated: object,
  ObjectRegistered: object,
  ObjectReferenced: object,
  ObjectMeasured: object,
  ObjectRetired: object,
  InstanceAdded: object,
  InstanceStored: object,
  InstanceRemoved: object,
  // None of these shows: copies are not told of before they are complete, nor what becomes of bytes after.
  InstanceRequested: nothing,
  InstanceFailed: nothing,
  InstancePurged: nothing,
  ObjectDereferenced: nothing,
  ObjectPurged: nothing,
  ProfileCreated: ({ data }) => row('profiles', data.profile.id),
  WebhookRegistered: webhook,
  WebhookUpdated: webhook,
  WebhookDeleted: webhookOf,
  WebhookStarted: webhookOf,
  WebhookFailed: webhookOf,
  WebhookReplayed: nothing,
  DeletionRequested: deletion,
  DeletionReleased: deletion,
  DeletionCancelled: deletion,
  DeletionStarted: deletion,
  DeletionProgressed: deletion,
  DeletionCompleted: deletion,
  DeletionFailed: deletion,
  DeletionForgotten: deletion,
  CommandAnswered: nothing,
}

/** Events of objects whose stream says it all: the log need not read the rest. The object's row is written. */
export const TOLD_BY_STREAM: readonly DomainEventType[] = typesWith((project) => project === object)

/** Of which more is needed. Others change nothing. */
export const TOLD_WHOLE: readonly DomainEventType[] = typesWith(
  (project) => project !== object && project !== nothing,
)

function typesWith(isSo: (project: unknown) => boolean): readonly DomainEventType[] {
  return (Object.keys(projection) as DomainEventType[]).filter((type) => isSo(projection[type]))
}

/** What an event changes in the tables, in order. */
export const projectToTables = (event: RecordedEvent): readonly TableChange[] =>
  (projection[event.type] as (event: RecordedEvent) => readonly TableChange[])(event)
