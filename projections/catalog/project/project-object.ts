import type { ObjectEvent } from '../../../contracts/events/object-events.ts'
import { type Projection, put } from './projection.ts'

export const objectProjection: Projection<ObjectEvent['type']> = {
  ObjectAllocated: ({ data: { object_id, storage_id, key, content_type } }) => [
    put('objects', object_id, { storage_id, key, content_type }),
  ],
  ObjectReferenced: ({ data: { object_id, role, flow_id, registration } }) => {
    if (!registration) return []
    const { timerange = null, init_object_id = null, key_frame_count = null } = registration
    const facts = { role, timerange, init_object_id, key_frame_count, first_flow_id: flow_id }
    return [put('objects', object_id, facts)]
  },
  InstanceAdded: ({ data }) => [{ op: 'add-url', ...data }, put('objects', data.object_id, { has_urls: 1 })],
  ObjectDereferenced: () => [],
  ObjectPurged: () => [],
  ObjectRetired: ({ data: { object_id } }) => [
    { op: 'retire-object', object_id },
    { op: 'remove', table: 'objects', id: object_id },
    { op: 'remove-urls', object_id },
  ],
}
