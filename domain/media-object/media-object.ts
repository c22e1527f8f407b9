import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import type { AccessRejection } from '../access/access.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { decideInstance, type InstanceCommand, type InstanceRejection } from './instances.ts'
import { decideMeasurement, type MeasureObject } from './measurement.ts'
import { evolveObject, type ObjectState, type UnpurgedBytes, unpurgedOf } from './object-state.ts'
import {
  decideReference,
  type ReferenceInit,
  type ReferenceRejection,
  type ReferenceSegment,
} from './reference.ts'
import { decideRegistration, type RegisterObject, type RegistrationRejection } from './registration.ts'

export type ObjectCommand =
  | {
      readonly type: 'AllocateObject'
      readonly object_id: string
      readonly flow_id: string
      readonly storage_id: string
      readonly key: string
      readonly content_type: string
      /** Uploads shall come to the plain URL (ADR 0054). */
      readonly presigned?: false
    }
  | RegisterObject
  | ReferenceSegment
  | ReferenceInit
  | {
      readonly type: 'Dereference'
      readonly object_id: string
      /** Absent: of an init object, by a media object that is retired. */
      readonly flow_id?: string
      readonly count: number
    }
  | InstanceCommand
  | MeasureObject
  | { readonly type: 'RetireObject'; readonly object_id: string }
  /** These bytes are gone. */
  | ({ readonly type: 'RecordPurge'; readonly object_id: string } & UnpurgedBytes)

export type ObjectRejection =
  | { readonly reason: 'object_exists'; readonly object_id: string }
  | { readonly reason: 'object_still_referenced'; readonly object_id: string }
  | RegistrationRejection
  | ReferenceRejection
  | InstanceRejection
  | AccessRejection
  /** It has been used already, by Flows that the request may not read. */
  | { readonly reason: 'object_not_readable'; readonly object_id: string }

/**
 * Guards an object's bytes: they may go only when nothing refers to them, and once they may, nothing can
 * refer to them again.
 * @see TAMS POST_flows-flowId-storage, POST_flows-flowId-segments
 */
export function decideObject(
  command: ObjectCommand,
  state: ObjectState,
): Decision<ObjectEvent, ObjectRejection> {
  switch (command.type) {
    case 'AllocateObject':
      return allocate(command, state)
    case 'RegisterObject':
      return decideRegistration(command, state)
    case 'ReferenceSegment':
    case 'ReferenceInit':
      return decideReference(command, state)
    case 'AddUrl':
    case 'RequestInstance':
    case 'StoreInstance':
    case 'FailInstance':
    case 'RemoveInstance':
      return decideInstance(command, state)
    case 'MeasureObject':
      return decideMeasurement(command, state)
    case 'Dereference': {
      if (state.status !== 'registered') return accept()
      const { type: _, ...released } = command
      const count = Math.min(command.count, state.references)
      return count === 0 ? accept() : accept({ type: 'ObjectDereferenced', data: { ...released, count } })
    }
    case 'RetireObject':
      return retire(command.object_id, state)
    case 'RecordPurge':
      return recordPurge(command, state)
  }
}

export const objectAggregate: Aggregate<ObjectState, ObjectEvent> = {
  initial: { status: 'unknown' },
  evolve: evolveObject,
}

function allocate(
  command: Extract<ObjectCommand, { type: 'AllocateObject' }>,
  state: ObjectState,
): Decision<ObjectEvent, ObjectRejection> {
  const { type: _, ...data } = command
  if (state.status !== 'unknown') return reject({ reason: 'object_exists', object_id: command.object_id })
  return accept({ type: 'ObjectAllocated', data })
}

function retire(object_id: string, state: ObjectState): Decision<ObjectEvent, ObjectRejection> {
  if (state.status === 'unknown' || state.status === 'retired') return accept()
  if (state.status === 'registered' && state.references > 0) {
    return reject({ reason: 'object_still_referenced', object_id })
  }
  return accept({ type: 'ObjectRetired', data: { object_id } })
}

/** Nothing new where it is known already, or where the bytes are none that were to go. */
function recordPurge(
  { object_id, storage_id, key }: { readonly object_id: string } & UnpurgedBytes,
  state: ObjectState,
): Decision<ObjectEvent, ObjectRejection> {
  const unpurged = unpurgedOf(state)
  if (!unpurged.some((bytes) => bytes.storage_id === storage_id && bytes.key === key)) return accept()
  if (state.status === 'retired' && unpurged.length === 1) {
    return accept({ type: 'ObjectPurged', data: { object_id } })
  }
  return accept({ type: 'InstancePurged', data: { object_id, storage_id, key } })
}
