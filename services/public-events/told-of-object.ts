import type { DomainEvent } from '../../contracts/events/domain-event.ts'
import type { ObjectRegistration } from '../../contracts/events/object-events.ts'
import type { JsonObject } from '../../contracts/http/json.ts'
import type { Told } from './public-event.ts'

/**
 * What others are told of an object: only what its event says, as there are as many of these as segments. URLs
 * and keys in Storage Backends are no part of it.
 * @returns undefined for what they are not told of
 */
export function toldOfObject(event: DomainEvent): Told | undefined {
  switch (event.type) {
    case 'ObjectAllocated': {
      const { object_id, flow_id, storage_id, content_type } = event.data
      return told(object_id, { object_id, flow_id, storage_id, content_type })
    }
    case 'ObjectRegistered':
      return created(event.data.object_id, event.data.registration)
    case 'ObjectReferenced': {
      const { object_id, registration, flow_id } = event.data
      return registration && created(object_id, registration, flow_id)
    }
    case 'ObjectMeasured': {
      const { object_id, storage_id, size_bytes, checksums } = event.data
      return told(object_id, { object_id, storage_id, size_bytes, checksums })
    }
    case 'InstanceAdded':
    case 'InstanceStored':
    case 'InstanceRemoved': {
      const { object_id, ...where } = event.data
      const instance = 'label' in where ? { label: where.label } : { storage_id: where.storage_id }
      return told(object_id, { object_id, ...instance })
    }
    case 'ObjectRetired': {
      const { object_id } = event.data
      return told(object_id, { object_id })
    }
    default:
      return undefined
  }
}

const told = (object_id: string, event: JsonObject): Told => ({ what: 'object', object_id, event })

/** In the words, and the order, of the resource. @see services/api/objects/render-object.ts */
function created(object_id: string, registration: ObjectRegistration, flow_id?: string): Told {
  const { timerange, key_frame_count, media, init_object_id } = registration
  const object = {
    id: object_id,
    ...(flow_id !== undefined && { first_referenced_by_flow: flow_id }),
    ...(timerange !== undefined && { timerange }),
    ...(key_frame_count !== undefined && { key_frame_count }),
    ...media,
    ...(init_object_id !== undefined && { init_object: { id: init_object_id } }),
  }
  return told(object_id, { object })
}
