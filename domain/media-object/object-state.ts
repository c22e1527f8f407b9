import type { ObjectEvent, ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'

/** An instance in a Storage Backend: the bytes are there, or a copy of them is on its way. */
export type ControlledInstance = { readonly key: string; readonly stored: boolean }

/** By storage id: a backend has one instance of an object at most. */
export type ControlledInstances = Readonly<Record<string, ControlledInstance>>

/** The object's uncontrolled instances: URL by label (ADR 0042). */
export type UncontrolledUrls = Readonly<Record<string, string>>

/** Bytes in a Storage Backend that are to go. */
export type UnpurgedBytes = { readonly storage_id: string; readonly key: string }

/** Where an object's bytes are. */
export type Places = {
  /** The only Flow whose segment may use the object first; absent for one that was not allocated. */
  readonly allocated_for?: string
  readonly controlled: ControlledInstances
  readonly urls: UncontrolledUrls
  /** Instances that were removed, and whose bytes are still to go; absent: none. */
  readonly removed?: readonly UnpurgedBytes[]
  /** Whether a copy in a Storage Backend was ever asked for. */
  readonly copied?: true
}

export type ObjectState =
  | { readonly status: 'unknown' }
  /** Known, by an allocation or by URLs, but no segment has used it yet. */
  | ({ readonly status: 'unregistered' } & Places)
  | RegisteredObject
  /** Never to be used again, nor its id. */
  | { readonly status: 'retired'; readonly unpurged: readonly UnpurgedBytes[]; readonly isFree?: never }
  | FreeObject

/** Retired, and never in a Storage Backend: there are no bytes to lose, and its id may be made known again. */
type FreeObject = {
  readonly status: 'retired'
  readonly unpurged: readonly UnpurgedBytes[]
  readonly isFree: true
}

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
      const places = isUnknown(state) ? NOWHERE : placesOf(state, event)
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
    case 'ObjectMeasured': {
      if (state.status !== 'registered') throw new Error('ObjectMeasured before the object was registered')
      const { size_bytes, checksums } = event.data
      return { ...state, registration: { ...state.registration, media: { size_bytes, checksums } } }
    }
    case 'ObjectDereferenced':
      if (state.status !== 'registered') throw new Error('ObjectDereferenced before its reference')
      return { ...state, references: state.references - event.data.count }
    case 'InstancePurged':
      return purged(state, event.data)
    case 'ObjectRetired':
      return retired(state)
    case 'ObjectPurged':
      if (state.status !== 'retired') throw new Error('ObjectPurged before ObjectRetired')
      return { ...state, unpurged: [] }
  }
}

type InstanceEvent = Exclude<Extract<ObjectEvent, { type: `Instance${string}` }>, { type: 'InstancePurged' }>

function moved(state: ObjectState, event: InstanceEvent): ObjectState {
  if (isUnknown(state)) return { status: 'unregistered', ...placesAfter(NOWHERE, event) }
  if (state.status === 'retired') throw new Error(`${event.type} after the object was retired`)
  return { ...state, ...placesAfter(state, event) }
}

function placesAfter(places: Places, event: InstanceEvent): Omit<Places, 'allocated_for'> {
  const { controlled, urls } = places
  switch (event.type) {
    case 'InstanceAdded':
      return { controlled, urls: { ...urls, [event.data.label]: event.data.url } }
    case 'InstanceRequested':
    case 'InstanceStored': {
      const { storage_id, key } = event.data
      const stored = event.type === 'InstanceStored'
      return { controlled: { ...controlled, [storage_id]: { key, stored } }, urls, copied: true }
    }
    case 'InstanceFailed':
      return { controlled: without(controlled, event.data.storage_id), urls }
    case 'InstanceRemoved':
      if ('label' in event.data) return { controlled, urls: without(urls, event.data.label) }
      return {
        controlled: without(controlled, event.data.storage_id),
        urls,
        removed: [...(places.removed ?? []), { storage_id: event.data.storage_id, key: event.data.key }],
      }
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

/** Whether nothing is known of the object, or nothing any more that still counts. */
export const isUnknown = (state: ObjectState): state is { readonly status: 'unknown' } | FreeObject =>
  state.status === 'unknown' || (state.status === 'retired' && state.isFree === true)

function retired(state: ObjectState): ObjectState {
  if (state.status === 'unknown' || state.status === 'retired') throw new Error('ObjectRetired out of place')
  const unpurged = allBytes(state)
  const wasKeptHere = state.allocated_for !== undefined || state.copied === true
  return wasKeptHere ? { status: 'retired', unpurged } : { status: 'retired', unpurged, isFree: true }
}

/** What is to go, and has not gone yet. */
export function unpurgedOf(state: ObjectState): readonly UnpurgedBytes[] {
  if (state.status === 'unknown') return []
  return state.status === 'retired' ? state.unpurged : (state.removed ?? [])
}

const allBytes = ({ controlled, removed = [] }: Places): readonly UnpurgedBytes[] => [
  ...Object.entries(controlled).map(([storage_id, { key }]) => ({ storage_id, key })),
  ...removed,
]

function purged(state: ObjectState, { storage_id, key }: UnpurgedBytes): ObjectState {
  if (state.status === 'unknown') throw new Error('InstancePurged before there was one')
  const left = unpurgedOf(state).filter((bytes) => bytes.storage_id !== storage_id || bytes.key !== key)
  if (state.status === 'retired') return { ...state, unpurged: left }
  const { removed: _, ...others } = state
  return left.length === 0 ? others : { ...others, removed: left }
}
