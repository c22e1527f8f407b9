import type { ObjectEvent, ObjectRegistration, ObjectRole } from '../../contracts/events/object-events.ts'

/** Where an object's bytes were put aside, and for whom. */
export type Allocation = {
  readonly flow_id: string
  readonly storage_id: string
  readonly key: string
}

/** The object's uncontrolled instances: URL by label (ADR 0042). */
export type UncontrolledUrls = Readonly<Record<string, string>>

export type ObjectState =
  | { readonly status: 'unknown' }
  /** Known, by an allocation or by URLs, but no segment has used it yet. */
  | { readonly status: 'unregistered'; readonly allocation?: Allocation; readonly urls: UncontrolledUrls }
  | RegisteredObject
  /** Never to be used again, nor its id. */
  | { readonly status: 'retired'; readonly allocation?: Allocation; readonly purged: boolean }

export type RegisteredObject = {
  readonly status: 'registered'
  readonly role: ObjectRole
  readonly registration: ObjectRegistration
  readonly references: number
  readonly allocation?: Allocation
  readonly urls: UncontrolledUrls
}

/** @throws where the stream holds what no decision could have written */
export function evolveObject(state: ObjectState, event: ObjectEvent): ObjectState {
  switch (event.type) {
    case 'ObjectAllocated': {
      const { flow_id, storage_id, key } = event.data
      return { status: 'unregistered', allocation: { flow_id, storage_id, key }, urls: {} }
    }
    case 'InstanceAdded':
      return addInstance(state, event.data)
    case 'ObjectReferenced':
      return reference(state, event.data)
    case 'ObjectDereferenced':
      if (state.status !== 'registered') throw new Error('ObjectDereferenced before its reference')
      return { ...state, references: state.references - event.data.count }
    case 'ObjectRetired':
      return { status: 'retired', purged: false, ...allocationOf(state) }
    case 'ObjectPurged':
      return { status: 'retired', purged: true, ...allocationOf(state) }
  }
}

function addInstance(state: ObjectState, { label, url }: { label: string; url: string }): ObjectState {
  if (state.status === 'retired') throw new Error('InstanceAdded to a retired object')
  if (state.status === 'unknown') return { status: 'unregistered', urls: { [label]: url } }
  return { ...state, urls: { ...state.urls, [label]: url } }
}

function reference(
  state: ObjectState,
  data: Extract<ObjectEvent, { type: 'ObjectReferenced' }>['data'],
): ObjectState {
  if (state.status === 'registered') return { ...state, references: state.references + data.count }
  if (state.status !== 'unregistered') throw new Error(`ObjectReferenced while ${state.status}`)
  return {
    status: 'registered',
    role: data.role,
    registration: data.registration ?? {},
    references: data.count,
    urls: state.urls,
    ...allocationOf(state),
  }
}

const allocationOf = (state: ObjectState): { allocation?: Allocation } =>
  state.status === 'unknown' || !state.allocation ? {} : { allocation: state.allocation }
