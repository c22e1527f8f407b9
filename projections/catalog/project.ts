import type { RecordedEvent } from '../../contracts/events/recorded-event.ts'
import type { SourceMetadata } from '../../contracts/events/source-events.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { KeyedTable, RowChange, SqlValue } from './row-change.ts'

/**
 * What an event changes in the catalog. Pure: times and authors come from the event, so that a rebuild gives
 * the same rows.
 */
export function projectToCatalog(event: RecordedEvent): readonly RowChange[] {
  switch (event.type) {
    case 'ServiceUpdated':
      return [put('service', 'service', { ...event.data })]
    case 'SourceCreated':
      return [
        put('sources', event.data.source.id, { ...createdBy(event), ...sourceColumns(event.data.source) }),
      ]
    case 'SourceUpdated':
      return [
        put('sources', event.data.source.id, { ...updatedBy(event), ...sourceColumns(event.data.source) }),
      ]
    case 'SourceDeleted':
      return [{ op: 'remove', table: 'sources', id: event.data.source_id }]
    case 'FlowAttached':
    case 'FlowDetached':
      return []
    case 'FlowCreated':
      return putFlow(event.data.flow, { ...createdBy(event), ...flowColumns(event, event.data.flow) })
    case 'FlowUpdated':
      return putFlow(event.data.flow, { ...updatedBy(event), ...flowColumns(event, event.data.flow) })
    case 'FlowDeleted':
      return [
        { op: 'remove', table: 'flows', id: event.data.flow_id },
        { op: 'set-members', flow_id: event.data.flow_id, members: [] },
        { op: 'remove-member', member_id: event.data.flow_id },
      ]
    case 'SegmentsAdded':
      return [{ op: 'add-segments', ...event.data }, touch(event, event.data.flow_id)]
    case 'SegmentsDeleted': {
      const { flow_id, timerange, object_id = null } = event.data
      return [{ op: 'remove-segments', flow_id, timerange, object_id }, touch(event, flow_id)]
    }
    case 'ObjectAllocated': {
      const { object_id, storage_id, key, content_type } = event.data
      return [put('objects', object_id, { storage_id, key, content_type })]
    }
    case 'ObjectReferenced': {
      if (!event.data.registration) return []
      const { timerange = null, init_object_id = null, key_frame_count = null } = event.data.registration
      const facts = {
        role: event.data.role,
        timerange,
        init_object_id,
        key_frame_count,
        first_flow_id: event.data.flow_id,
      }
      return [put('objects', event.data.object_id, facts)]
    }
    case 'InstanceAdded':
      return [{ op: 'add-url', ...event.data }, put('objects', event.data.object_id, { has_urls: 1 })]
    case 'ObjectDereferenced':
    case 'ObjectPurged':
      return []
    case 'ObjectRetired':
      return [
        { op: 'remove', table: 'objects', id: event.data.object_id },
        { op: 'remove-urls', object_id: event.data.object_id },
      ]
  }
}

const put = (table: KeyedTable, id: string, set: Readonly<Record<string, SqlValue>>): RowChange => ({
  op: 'put',
  table,
  id,
  set,
})

/** Segments are not metadata: they move a time of their own (TAMS `segments_updated`). */
const touch = ({ timeMs }: RecordedEvent, flow_id: string): RowChange => ({
  op: 'touch-segments',
  flow_id,
  time_ms: timeMs,
})

const createdBy = (event: RecordedEvent) => ({
  created_ms: event.timeMs,
  created_by: event.actor,
  ...updatedBy(event),
})

const updatedBy = ({ timeMs, actor }: RecordedEvent) => ({ updated_ms: timeMs, updated_by: actor })

const sourceColumns = (source: SourceMetadata) => ({
  format: source.format,
  label: source.label ?? null,
  document: JSON.stringify(source),
})

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
    status: flow.status ?? null,
    profile_id: flow.profile_id ?? null,
    frame_width: integerOrNull(essence['frame_width']),
    frame_height: integerOrNull(essence['frame_height']),
    init_segments: essence['init_segments'] === true ? 1 : 0,
    document: JSON.stringify(document),
    metadata_version: metadata_version ?? id,
    ...(created_by !== undefined && { created_by }),
    ...(updated_by !== undefined && { updated_by }),
  }
}

const integerOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null)
