import {
  decideObject,
  type ObjectCommand,
  type ObjectRejection,
} from '../../domain/media-object/media-object.ts'
import type { ObjectState } from '../../domain/media-object/object-state.ts'
import type { StorageBackend, StorageBackends } from '../storage/storage-backends.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { type LabelRejection, refuseLabels } from './refuse-labels.ts'
import { refuseObject } from './refuse-object.ts'
import { objectStream } from './stream-kind.ts'

export type InstanceOutcome = { readonly refused: ObjectRejection | LabelRejection } | { readonly done: true }

/** Makes a URL outside this service known for an object. @see TAMS POST_objects-instances */
export async function addUrl(
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  url: { readonly label: string; readonly url: string },
) {
  return onObject(services, context, object_id, (state) => {
    // Whether the object is there comes first: TAMS has a 404 for that.
    const refused = state.status === 'registered' ? refuseLabels(services.storageBackends, [url]) : undefined
    return refused ? { refused } : { type: 'AddUrl', object_id, ...url }
  })
}

/** Asks for a copy of an object in another Storage Backend. @see TAMS POST_objects-instances */
export function requestInstance(
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  { id, store }: StorageBackend,
  nowMs: number,
) {
  return onObject(services, context, object_id, () => ({
    type: 'RequestInstance',
    object_id,
    storage_id: id,
    key: store.newKey(nowMs, object_id),
  }))
}

/** Records that the copy that was asked for is complete. Refused where it is no longer wanted. */
export const storeInstance = (
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  copy: { readonly storage_id: string; readonly key: string },
) => onObject(services, context, object_id, () => ({ type: 'StoreInstance', object_id, ...copy }))

/** Records that the copy that was asked for cannot be made. Refused where it is no longer wanted. */
export const failInstance = (
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  copy: { readonly storage_id: string; readonly key: string },
  error: { readonly type: string; readonly summary: string },
) => onObject(services, context, object_id, () => ({ type: 'FailInstance', object_id, ...copy, error }))

/** @see TAMS DELETE_objects-instances */
export function removeInstance(
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  named: { readonly storage_id: string } | { readonly label: string },
) {
  return onObject(services, context, object_id, (state) => ({
    type: 'RemoveInstance',
    object_id,
    instance: 'label' in named ? labelled(services.storageBackends, state, named.label) : named,
  }))
}

/** A label is that of one of the object's URLs, or else that of a backend the object is in. */
function labelled(
  { all }: StorageBackends,
  state: ObjectState,
  label: string,
): { readonly storage_id: string } | { readonly label: string } {
  if (state.status !== 'registered' || Object.hasOwn(state.urls, label)) return { label }
  const { controlled } = state
  const backend = all.find((each) => each.label === label && Object.hasOwn(controlled, each.id))
  return backend ? { storage_id: backend.id } : { label }
}

function onObject(
  services: CommandServices,
  context: CommandContext,
  object_id: string,
  commandFor: (state: ObjectState) => ObjectCommand | { readonly refused: LabelRejection },
) {
  const { access } = context
  return services.run(context, async (unit): Promise<InstanceOutcome> => {
    const object = await unit.load(objectStream, object_id)
    const isThere = object.state.status === 'registered'
    const unpermitted = access && isThere && (await refuseObject(services, unit, access, object_id))
    if (unpermitted) return { refused: unpermitted }
    const command = commandFor(object.state)
    if ('refused' in command) return command
    const decision = decideObject(command, object.state)
    if (!decision.accepted) return { refused: decision.rejection }
    object.append(decision.events)
    return { done: true }
  })
}
