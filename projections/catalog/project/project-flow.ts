import type { FlowEvent, FlowRestored } from '../../../contracts/events/flow-events.ts'
import type { RecordedEvent } from '../../../contracts/events/recorded-event.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { RowChange, SqlValue } from '../row-change.ts'
import { createdBy, type Projection, put, restoredTo, sortLabel, updatedBy } from './projection.ts'

export const flowProjection: Projection<FlowEvent['type']> = {
  FlowCreated: (event) => [
    ...putFlow(event.data.flow, { ...createdBy(event), ...flowColumns(event, event.data.flow) }),
    { op: 'untouch-segments', flow_id: event.data.flow.id },
  ],
  FlowUpdated: (event) =>
    putFlow(event.data.flow, { ...updatedBy(event), ...flowColumns(event, event.data.flow) }),
  FlowDeleted: ({ data: { flow_id } }) => [
    { op: 'set-members', flow_id, members: [] },
    { op: 'remove-member', member_id: flow_id },
    { op: 'remove', table: 'flows', id: flow_id },
  ],
  FlowRestored: (event) => [
    put('flows', event.data.flow.id, {
      ...flowColumns(event, event.data.flow),
      ...restoredTo(event.data),
      metadata_version: event.data.metadata_version,
      segments_updated_ms: event.data.segments_updated_ms,
    }),
    ...restoredMembers(event.data),
  ],
}

/** Its members and its collectors, each where it was. */
function restoredMembers({ flow, left_members = [], collected_by = [] }: FlowRestored['data']): RowChange[] {
  const collection = flow.flow_collection ?? []
  const own = collection.map((item, place) => ({ flow_id: flow.id, place, item }))
  const there = own.filter(({ item }) => !left_members.includes(item.id))
  return [...there, ...collected_by].map(({ item, ...place }) => ({
    op: 'restore-member',
    ...place,
    member: item,
  }))
}

function putFlow(flow: FlowMetadata, set: Readonly<Record<string, SqlValue>>): readonly RowChange[] {
  return [
    put('flows', flow.id, set),
    { op: 'set-members', flow_id: flow.id, members: flow.flow_collection ?? [] },
  ]
}

/**
 * The collection is kept in rows of its own: members come and go without the flow that collects them. Who a
 * client says made or changed the flow goes before who sent the command.
 */
function flowColumns({ id }: RecordedEvent, flow: FlowMetadata) {
  const { flow_collection: _, metadata_version, created_by, updated_by, ...document } = flow
  const essence: Partial<Record<string, unknown>> = flow.essence_parameters ?? {}
  return {
    source_id: flow.source_id,
    format: flow.format,
    codec: flow.codec ?? null,
    label: flow.label ?? null,
    sort_label: sortLabel(flow),
    status: flow.status ?? null,
    profile_id: flow.profile_id ?? null,
    frame_width: integerOrNull(essence['frame_width']),
    frame_height: integerOrNull(essence['frame_height']),
    init_segments: essence['init_segments'] === true ? 1 : 0,
    collects: (flow.flow_collection ?? []).length > 0 ? 1 : null,
    document: JSON.stringify(document),
    metadata_version: metadata_version ?? id,
    ...(created_by !== undefined && { created_by }),
    ...(updated_by !== undefined && { updated_by }),
  }
}

const integerOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)
