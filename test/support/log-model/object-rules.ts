import type { ObjectEvent } from '../../../contracts/events/object-events.ts'
import type { LogModel, ModelObject, Rules } from './model.ts'

export const objectRules: Rules<ObjectEvent['type']> = {
  ObjectAllocated: (model, { data }, broken) => {
    if (model.objects.has(data.object_id)) broken(`${data.object_id} was known already`)
    if (!model.flows.has(data.flow_id)) broken(`the flow ${data.flow_id} is not there`)
    const instances = new Map([[data.storage_id, { key: data.key, stored: true, isFirst: true }]])
    model.objects.set(data.object_id, { ...newObject(), allocation: data, instances })
  },
  ObjectRegistered: (model, { data: { object_id, role, registration } }, broken) => {
    const object = objectOf(model, object_id)
    if (object.retired || object.role !== undefined || object.allocation)
      broken(`${object_id} was known already`)
    if (object.urls.size === 0) broken(`${object_id} is nowhere`)
    if ((role === 'media') !== (registration.timerange !== undefined))
      broken('media has a timerange, and no other')
    Object.assign(object, { role, registration })
  },
  InstanceAdded: (model, { data: { object_id, label, url } }, broken) => {
    if (isFree(model.objects.get(object_id))) model.objects.delete(object_id)
    const object = objectOf(model, object_id)
    if (object.retired) broken(`${object_id} is retired`)
    if (object.urls.has(label)) broken(`the label ${label} is taken`)
    object.urls.set(label, url)
  },
  InstanceRequested: (model, { position, data: { object_id, storage_id, key } }, broken) => {
    const { role, retired, instances } = objectOf(model, object_id)
    if (retired || role === undefined) broken(`${object_id} is not there to be copied`)
    if (instances.has(storage_id)) broken(`${object_id} is in ${storage_id} already`)
    instances.set(storage_id, { key, stored: false, isFirst: false, asked: position })
    objectOf(model, object_id).copied = true
  },
  InstanceStored: (model, { data: { object_id, storage_id, key } }, broken) => {
    const { retired, instances } = objectOf(model, object_id)
    const instance = instances.get(storage_id)
    if (retired || instance?.key !== key || instance.stored) broken('no such copy was asked for')
    instances.set(storage_id, { key, stored: true, isFirst: false })
  },
  InstanceFailed: (model, { data: { object_id, storage_id, key } }, broken) => {
    const { retired, instances } = objectOf(model, object_id)
    const instance = instances.get(storage_id)
    if (retired || instance?.key !== key || instance.stored) broken('no such copy was asked for')
    instances.delete(storage_id)
  },
  InstanceRemoved: (model, { position, data }, broken) => {
    const object = objectOf(model, data.object_id)
    if (object.retired) broken(`${data.object_id} is retired`)
    if ('label' in data) {
      if (!object.urls.delete(data.label)) broken(`there was no ${data.label}`)
    } else {
      if (object.instances.get(data.storage_id)?.key !== data.key) broken(`nothing was in ${data.storage_id}`)
      object.instances.delete(data.storage_id)
      object.unpurged.set(data.key, { storage_id: data.storage_id, position })
    }
    const left = [...object.instances.values()].filter(({ stored }) => stored).length + object.urls.size
    if (left === 0) broken(`${data.object_id} can be read nowhere`)
  },
  ObjectReferenced: (model, { data }, broken) => {
    const { object_id, flow_id, role, count, registration, is_first_use } = data
    const object = objectOf(model, object_id)
    if (is_first_use && (object.first_flow_id !== undefined || flow_id === undefined))
      broken('not its first use')
    if (is_first_use) Object.assign(object, { first_flow_id: flow_id })
    if (object.retired) broken(`${object_id} is retired`)
    if (object.role !== undefined && object.role !== role) broken(`${object_id} changes its role`)
    if ((object.role === undefined) !== (registration !== undefined)) {
      broken('what an object is, is said with its first reference and no other')
    }
    if (registration && object.allocation && object.allocation.flow_id !== flow_id) {
      broken(`${object_id} is another flow’s to use first`)
    }
    if (registration?.media && ![...object.instances.values()].some(({ stored }) => stored)) {
      broken(`nobody can know the bytes of ${object_id}`)
    }
    object.role = role
    object.references += count
    if (registration) Object.assign(object, { registration, first_flow_id: flow_id })
  },
  ObjectDereferenced: (model, { data: { object_id, count } }, broken) => {
    const object = objectOf(model, object_id)
    object.references -= count
    if (object.references < 0) broken('more references are released than were added')
  },
  ObjectMeasured: (model, { data: { object_id, storage_id, size_bytes, checksums } }, broken) => {
    const object = objectOf(model, object_id)
    const { registration, retired, instances } = object
    if (retired || !registration) broken(`${object_id} is not there to be measured`)
    if (registration?.media) broken(`what ${object_id} has was recorded before`)
    if (!instances.get(storage_id)?.stored) broken(`${object_id} is not in ${storage_id}`)
    object.registration = { ...registration, media: { size_bytes, checksums } }
  },
  InstancePurged: (model, { data: { object_id, storage_id, key } }, broken) => {
    const { retired, unpurged } = objectOf(model, object_id)
    if (unpurged.get(key)?.storage_id !== storage_id) broken(`${key} was not to go`)
    unpurged.delete(key)
    if (retired && unpurged.size === 0) broken('the last is told of as all')
  },
  ObjectRetired: (model, { position, data: { object_id } }, broken) => {
    const object = objectOf(model, object_id)
    if (object.retired) broken('it was retired already')
    if (usesOf(model, object_id) > 0) broken(`${object_id} is still in use`)
    object.retired = true
    model.retired.push({ id: object_id, retired: position, object })
    for (const [storage_id, { key }] of object.instances) object.unpurged.set(key, { storage_id, position })
  },
  ObjectPurged: (model, { data: { object_id } }, broken) => {
    const object = objectOf(model, object_id)
    if (!object.retired || object.unpurged.size !== 1) broken(`not the last of ${object_id} to be purged`)
    object.unpurged.clear()
  },
}

/** A retired object that never was in a Storage Backend may be made known again. */
const isFree = (object: ModelObject | undefined): boolean =>
  object?.retired === true && !object.allocation && !object.copied

/** How many segments use an object; or, of an init object, how many media objects were made with it. */
export function usesOf({ timelines, objects }: LogModel, object_id: string): number {
  let uses = 0
  for (const segments of timelines.values()) {
    for (const segment of segments) if (segment.object_id === object_id) uses++
  }
  for (const { registration, retired } of objects.values()) {
    if (!retired && registration?.init_object_id === object_id) uses++
  }
  return uses
}

function objectOf(model: LogModel, id: string): ModelObject {
  const known = model.objects.get(id)
  if (known) return known
  const object = newObject()
  model.objects.set(id, object)
  return object
}

const newObject = (): ModelObject => ({
  urls: new Map(),
  instances: new Map(),
  references: 0,
  retired: false,
  unpurged: new Map(),
})
