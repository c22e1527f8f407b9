import type { ObjectEvent, ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'

/** An instance in a Storage Backend: the bytes are there, or a copy of them is on its way. */
export type ControlledInstance = { readonly key: string; readonly stored: boolean }

/** By storage id: a backend has one instance of an object at most. */
export type ControlledInstances = Readonly<Record<string, ControlledInstance>>

/** The object's uncontrolled instances: URL by label (ADR 0042). */
export type UncontrolledUrls = Readonly<Record<string, string>>

/** Where an object's bytes are. */
export type Places = {
  /** The only Flow whose segment may use the object first; absent for one that was not allocated. */
  readonly allocated_for?: string
  readonly controlled: ControlledInstances
  readonly urls: UncontrolledUrls
}

export type ObjectState =
  | { readonly status: 'unknown' }
  /** Known, by an allocation or by URLs, but no segment has used it yet. */
  | ({ readonly status: 'unregistered' } & Places)
  | RegisteredObject
  /** Never to be used again, nor its id. */
  | { readonly status: 'retired'; readonly controlled: ControlledInstances; readonly purged: boolean }

export type RegisteredObject = Places & {
  readonly status: 'registered'
  readonly role: ObjectRole
  readonly registration: ObjectRegistration
  readonly references: number
  /** Registered ahead, and not used by any Flow so far. */
  readonly unused?: true
}

const NOWHERE: Places = { controlled: {}, urls: {} }

/** @throws where the stream holds what no decision could have written */
export function evolveObject(state: ObjectState, event: ObjectEvent): ObjectState {
  switch (event.type) {
    case 'ObjectAllocated': {
      const { flow_id, storage_id, key } = event.data
      const controlled = { [storage_id]: { key, stored: true } }
      return { status: 'unregistered', allocated_for: flow_id, controlled, urls: {} }
    }
    case 'ObjectRegistered': {
      const { role, registration } = event.data
      const places = state.status === 'unknown' ? NOWHERE : placesOf(state, event)
      return { status: 'registered', role, registration, references: 0, unused: true, ...places }
    }
    case 'InstanceAdded':
    case 'InstanceRequested':
    case 'InstanceStored':
    case 'InstanceRemoved':
    case 'InstanceFailed':
      return moved(state, event)
    case 'ObjectReferenced':
      return reference(state, event)
    case 'ObjectDereferenced':
      if (state.status !== 'registered') throw new Error('ObjectDereferenced before its reference')
      return { ...state, references: state.references - event.data.count }
    case 'ObjectRetired':
      return { status: 'retired', controlled: controlledOf(state), purged: false }
    case 'ObjectPurged':
      return { status: 'retired', controlled: controlledOf(state), purged: true }
  }
}

type InstanceEvent = Extract<ObjectEvent, { type: `Instance${string}` }>

function moved(state: ObjectState, event: InstanceEvent): ObjectState {
  if (state.status === 'unknown') return { status: 'unregistered', ...placesAfter(NOWHERE, event) }
  if (state.status === 'retired') throw new Error(`${event.type} after the object was retired`)
  return { ...state, ...placesAfter(state, event) }
}

function placesAfter({ controlled, urls }: Places, event: InstanceEvent): Omit<Places, 'allocated_for'> {
  switch (event.type) {
    case 'InstanceAdded':
      return { controlled, urls: { ...urls, [event.data.label]: event.data.url } }
    case 'InstanceRequested':
    case 'InstanceStored': {
      const { storage_id, key } = event.data
      const stored = event.type === 'InstanceStored'
      return { controlled: { ...controlled, [storage_id]: { key, stored } }, urls }
    }
    case 'InstanceFailed':
      return { controlled: without(controlled, event.data.storage_id), urls }
    case 'InstanceRemoved':
      if ('label' in event.data) return { controlled, urls: without(urls, event.data.label) }
      return { controlled: without(controlled, event.data.storage_id), urls }
  }
}

function without<T>(entries: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  const { [name]: _, ...rest } = entries
  return rest
}

function reference(
  state: ObjectState,
  event: Extract<ObjectEvent, { type: 'ObjectReferenced' }>,
): ObjectState {
  const { role, flow_id, count, registration = {} } = event.data
  if (state.status === 'registered') {
    const references = state.references + count
    if (!state.unused || flow_id === undefined) return { ...state, references }
    const { unused: _, ...used } = state
    return { ...used, references }
  }
  return { status: 'registered', role, registration, references: count, ...placesOf(state, event) }
}

function placesOf(state: ObjectState, { type }: ObjectEvent): Places {
  if (state.status !== 'unregistered') throw new Error(`${type} while ${state.status}`)
  const { status: _, ...places } = state
  return places
}

const controlledOf = (state: ObjectState): ControlledInstances =>
  state.status === 'unknown' ? {} : state.controlled
