import type {
  InstanceStored,
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
    return [put('objects', object_id, { ...factsOf(role, data.registration), first_flow_id })]
  },
  InstanceAdded: ({ data }) => [{ op: 'add-url', ...data }, put('objects', data.object_id, { has_urls: 1 })],
  // A copy is not shown until it is complete.
  InstanceRequested: ({ data, position }) => [{ op: 'add-copy', ...data, position }],
  InstanceStored: ({ data }) => [
    copyIsOver(data),
    { op: 'add-instance', ...data },
    put('objects', data.object_id, { has_urls: 1 }),
  ],
  InstanceFailed: ({ data }) => [copyIsOver(data)],
  InstanceRemoved: ({ data }) =>
    'label' in data
      ? [{ op: 'remove-url', ...data }]
      : [copyIsOver(data), { op: 'remove-instance', ...data }],
  ObjectDereferenced: () => [],
  ObjectPurged: () => [],
  ObjectRetired: ({ data: { object_id } }) => [
    { op: 'retire-object', object_id },
    { op: 'remove', table: 'objects', id: object_id },
    { op: 'remove-urls', object_id },
    { op: 'remove-instances', object_id },
    { op: 'remove-copies', object_id },
  ],
}

const copyIsOver = ({ object_id, storage_id }: InstanceStored['data']) =>
  ({ op: 'remove-copy', object_id, storage_id }) as const

function factsOf(role: ObjectRole, registration: ObjectRegistration) {
  const { timerange = null, init_object_id = null, key_frame_count = null } = registration
  return { role, timerange, init_object_id, key_frame_count }
}
