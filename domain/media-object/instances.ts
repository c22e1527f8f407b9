import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import { accept, type Decision, reject } from '../decision.ts'
import type { ObjectState, Places, RegisteredObject, UncontrolledUrls } from './object-state.ts'

/** More would only make every answer that lists the object longer. */
export const MAX_URLS = 1_000

/** Of removed copies in one Storage Backend whose bytes are still there: it may be away for long. */
export const MAX_UNPURGED = 100

type Url = { readonly label: string; readonly url: string }

export type InstanceCommand =
  | ({ readonly type: 'AddUrl'; readonly object_id: string } & Url)
  /** A copy shall be made. `key` is where its bytes will be. */
  | {
      readonly type: 'RequestInstance'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
    }
  /** The copy that was asked for is complete. */
  | {
      readonly type: 'StoreInstance'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
    }
  /** The copy that was asked for cannot be made; none of its bytes is left. */
  | {
      readonly type: 'FailInstance'
      readonly object_id: string
      readonly storage_id: string
      readonly key: string
      readonly error: { readonly type: string; readonly summary: string }
    }
  | {
      readonly type: 'RemoveInstance'
      readonly object_id: string
      readonly instance: { readonly storage_id: string } | { readonly label: string }
    }

export type InstanceRejection = {
  readonly reason:
    | 'object_not_found'
    | 'object_label_taken'
    | 'object_urls_exceeded'
    | 'instance_exists'
    | 'instances_unpurged'
    | 'instance_unknown'
    | 'instance_is_last'
  readonly object_id: string
}

type Answer = Decision<ObjectEvent, InstanceRejection>

/** @see TAMS POST_objects-instances, DELETE_objects-instances */
export function decideInstance(command: InstanceCommand, state: ObjectState): Answer {
  const { object_id } = command
  // Allocated is not yet there: TAMS wants a 404 until the object is registered.
  if (state.status !== 'registered') return reject({ reason: 'object_not_found', object_id })
  switch (command.type) {
    case 'AddUrl': {
      const added = addedUrls(object_id, [command], state.urls)
      return Array.isArray(added) ? accept(...added) : reject({ reason: added, object_id })
    }
    case 'RequestInstance': {
      const { storage_id, key } = command
      if (Object.hasOwn(state.controlled, storage_id)) return reject({ reason: 'instance_exists', object_id })
      const unpurged = state.removed?.filter((bytes) => bytes.storage_id === storage_id) ?? []
      if (unpurged.length >= MAX_UNPURGED) return reject({ reason: 'instances_unpurged', object_id })
      return accept({ type: 'InstanceRequested', data: { object_id, storage_id, key } })
    }
    case 'StoreInstance': {
      const { storage_id, key } = command
      const instance = state.controlled[storage_id]
      if (instance?.key !== key) return reject({ reason: 'instance_unknown', object_id })
      if (instance.stored) return accept()
      return accept({ type: 'InstanceStored', data: { object_id, storage_id, key } })
    }
    case 'FailInstance': {
      const { storage_id, key, error } = command
      const instance = state.controlled[storage_id]
      if (instance?.key !== key) return reject({ reason: 'instance_unknown', object_id })
      if (instance.stored) return reject({ reason: 'instance_exists', object_id })
      return accept({ type: 'InstanceFailed', data: { object_id, storage_id, key, error } })
    }
    case 'RemoveInstance':
      return remove(command, state)
  }
}

/**
 * What makes these URLs known that are not yet: making a known one known again is nothing new.
 * @returns why not, where a label stands for another URL or there are too many
 */
export function addedUrls(
  object_id: string,
  urls: readonly Url[],
  known: UncontrolledUrls,
): ObjectEvent[] | 'object_label_taken' | 'object_urls_exceeded' {
  const added = urls.filter(({ label, url }) => known[label] !== url)
  if (added.length === 0) return []
  if (added.some(({ label }) => Object.hasOwn(known, label))) return 'object_label_taken'
  if (Object.keys(known).length + added.length > MAX_URLS) return 'object_urls_exceeded'
  return added.map(({ label, url }) => ({ type: 'InstanceAdded', data: { object_id, label, url } }))
}

/** Something to read has to be left: a copy that is on its way is not there yet, and may go at any time. */
function remove(
  { object_id, instance }: Extract<InstanceCommand, { type: 'RemoveInstance' }>,
  state: RegisteredObject,
): Answer {
  const left = readable(state)
  if ('label' in instance) {
    const { label } = instance
    if (!Object.hasOwn(state.urls, label)) return reject({ reason: 'instance_unknown', object_id })
    if (left === 1) return reject({ reason: 'instance_is_last', object_id })
    return accept({ type: 'InstanceRemoved', data: { object_id, label } })
  }
  const { storage_id } = instance
  const controlled = state.controlled[storage_id]
  if (!controlled) return reject({ reason: 'instance_unknown', object_id })
  if (controlled.stored && left === 1) return reject({ reason: 'instance_is_last', object_id })
  return accept({ type: 'InstanceRemoved', data: { object_id, storage_id, key: controlled.key } })
}

const readable = ({ controlled, urls }: Places): number =>
  Object.values(controlled).filter(({ stored }) => stored).length + Object.keys(urls).length
