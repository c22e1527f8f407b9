import type { ObjectEvent } from '../../contracts/events/object-events.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { type Allocation, evolveObject, type ObjectState } from './object-state.ts'
import { decideReference, type ReferenceRejection, type ReferenceSegment } from './reference.ts'

export type ObjectCommand =
  | ({
      readonly type: 'AllocateObject'
      readonly object_id: string
      readonly content_type: string
    } & Allocation)
  | ReferenceSegment
  | {
      readonly type: 'ReferenceInit'
      readonly object_id: string
      readonly flow_id: string
      readonly count: number
    }
  | {
      readonly type: 'Dereference'
      readonly object_id: string
      readonly flow_id: string
      readonly count: number
    }
  | { readonly type: 'RetireObject'; readonly object_id: string }
  | { readonly type: 'RecordPurge'; readonly object_id: string }

export type ObjectRejection =
  | { readonly reason: 'object_exists'; readonly object_id: string }
  | { readonly reason: 'object_still_referenced'; readonly object_id: string }
  | ReferenceRejection

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
    case 'ReferenceSegment':
    case 'ReferenceInit':
      return decideReference(command, state)
    case 'Dereference': {
      if (state.status !== 'registered') return accept()
      const { object_id, flow_id } = command
      const count = Math.min(command.count, state.references)
      return count === 0
        ? accept()
        : accept({ type: 'ObjectDereferenced', data: { object_id, flow_id, count } })
    }
    case 'RetireObject':
      return retire(command.object_id, state)
    case 'RecordPurge':
      if (state.status !== 'retired' || state.purged) return accept()
      return accept({ type: 'ObjectPurged', data: { object_id: command.object_id } })
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
