import type {
  MediaFacts,
  ObjectEvent,
  ObjectRegistration,
  ObjectRole,
} from '../../../contracts/events/object-events.ts'
import { type Projection, put } from './projection.ts'

export const objectProjection: Projection<ObjectEvent['type']> = {
  ObjectAllocated: ({ data: { object_id, storage_id, key, content_type, presigned } }) => [
    put('objects', object_id, {
      storage_id,
      key,
      content_type,
      ...(presigned === false && { plain_upload: 1 }),
    }),
  ],
  ObjectRegistered: ({ data: { object_id, role, registration } }) => [
    put('objects', object_id, factsOf(role, registration)),
  ],
  ObjectReferenced: ({ data: { object_id, role, flow_id: first_flow_id = null, ...data } }) => {
    if (data.is_first_use) return [put('objects', object_id, { first_flow_id })]
    if (!data.registration) return []
    return [put('objects', object_id, { first_flow_id, ...factsOf(role, data.registration) })]
  },
  InstanceAdded: ({ data }) => [{ op: 'add-url', ...data }, put('objects', data.object_id, { has_urls: 1 })],
  // A copy is not shown until it is complete.
  InstanceRequested: ({ position, data }) => [{ op: 'add-copy', ...data, position }],
  InstanceStored: ({ data }) => [
    { op: 'remove-copy', ...data },
    { op: 'add-instance', ...data },
    put('objects', data.object_id, { has_urls: 1 }),
  ],
  InstanceFailed: ({ data: { object_id, storage_id } }) => [{ op: 'remove-copy', object_id, storage_id }],
  ObjectMeasured: ({ data }) => [put('objects', data.object_id, mediaOf(data))],
  InstanceRemoved: ({ position, data }) =>
    'label' in data
      ? [{ op: 'remove-url', ...data }]
      : [
          { op: 'remove-copy', ...data },
          { op: 'remove-instance', ...data },
          { op: 'add-purge', ...data, position },
        ],
  InstancePurged: ({ data }) => [{ op: 'remove-purge', ...data }],
  ObjectDereferenced: () => [],
  ObjectPurged: ({ data }) => [{ op: 'remove-purges', ...data }],
  ObjectRetired: ({ position, data: { object_id } }) => [
    { op: 'retire-object', object_id, position },
    { op: 'remove', table: 'objects', id: object_id },
    { op: 'remove-urls', object_id },
    { op: 'remove-instances', object_id },
  ],
}

function factsOf(role: ObjectRole, registration: ObjectRegistration) {
  const { timerange = null, init_object_id = null, key_frame_count = null, media } = registration
  return { role, timerange, init_object_id, key_frame_count, ...(media && mediaOf(media)) }
}

const mediaOf = ({ size_bytes, checksums }: MediaFacts) => ({
  size_bytes,
  checksums: JSON.stringify(checksums),
})
