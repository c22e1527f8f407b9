import type { ObjectEvent } from '../../../contracts/events/object-events.ts'
import type { LogModel, ModelObject, Rules } from './model.ts'

export const objectRules: Rules<ObjectEvent['type']> = {
  ObjectAllocated: (model, { data }, broken) => {
    if (model.objects.has(data.object_id)) broken(`${data.object_id} was known already`)
    if (!model.flows.has(data.flow_id)) broken(`the flow ${data.flow_id} is not there`)
    model.objects.set(data.object_id, { allocation: data, urls: new Map(), references: 0, retired: false })
  },
  InstanceAdded: (model, { data: { object_id, label, url } }, broken) => {
    const object = objectOf(model, object_id)
    if (object.retired) broken(`${object_id} is retired`)
    if (object.urls.has(label)) broken(`the label ${label} is taken`)
    object.urls.set(label, url)
  },
  ObjectReferenced: (model, { data }, broken) => {
    const { object_id, flow_id, role, count, registration } = data
    const object = objectOf(model, object_id)
    if (object.retired) broken(`${object_id} is retired`)
    if (object.role !== undefined && object.role !== role) broken(`${object_id} changes its role`)
    if ((object.role === undefined) !== (registration !== undefined)) {
      broken('what an object is, is said with its first reference and no other')
    }
    if (registration && object.allocation && object.allocation.flow_id !== flow_id) {
      broken(`${object_id} is another flow’s to use first`)
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
  ObjectRetired: (model, { data: { object_id } }, broken) => {
    const object = objectOf(model, object_id)
    if (object.retired) broken('it was retired already')
    if (usesOf(model, object_id) > 0) broken(`${object_id} is still in use`)
    object.retired = true
  },
  ObjectPurged: (model, { data: { object_id } }, broken) => {
    if (!objectOf(model, object_id).retired) broken(`${object_id} is not retired`)
  },
}

/** How many segments use an object; or, of an init object, how many media objects were made with it. */
export function usesOf({ timelines, objects }: LogModel, object_id: string): number {
  let uses = 0
  for (const segments of timelines.values()) {
    for (const segment of segments) if (segment.object_id === object_id) uses++
  }
  for (const { registration } of objects.values()) if (registration?.init_object_id === object_id) uses++
  return uses
}

function objectOf(model: LogModel, id: string): ModelObject {
  const known = model.objects.get(id)
  if (known) return known
  const object: ModelObject = { urls: new Map(), references: 0, retired: false }
  model.objects.set(id, object)
  return object
}
