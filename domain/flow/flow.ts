import type { FlowEvent, FlowRestored } from '../../contracts/events/flow-events.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../contracts/resources/flow-collection.ts'
import type { AccessRejection } from '../access/access.ts'
import { type Aggregate, accept, type Decision, reject } from '../decision.ts'
import { refuseTags, type TagsRejection } from '../tags/set-tag.ts'
import { changedFlow, type FlowChange } from './flow-change.ts'
import { sameJson } from './same-json.ts'

export type FlowState =
  | { readonly status: 'absent' }
  | { readonly status: 'live'; readonly flow: FlowMetadata }
  | {
      readonly status: 'deleted'
      /** What it was, where a deletion was ordered: as long as that is held back, the flow can be had back. */
      readonly before?: { readonly flow: FlowMetadata; readonly deletion_id: string }
    }

export type FlowCommand =
  | {
      readonly type: 'PutFlow'
      readonly flow: FlowMetadata
      /** Members of the flow's collection that do not exist: the flow may collect itself, as TAMS's examples do. */
      readonly missingMembers: readonly string[]
    }
  | {
      readonly type: 'ChangeFlow'
      readonly change: FlowChange
      /** The collection as it is now: members that were deleted have left it. */
      readonly collection: FlowCollection
      /** As for `PutFlow`, of the collection that is asked for. */
      readonly missingMembers: readonly string[]
    }
  | {
      readonly type: 'DeleteFlow'
      /** The deletion that removes its segments, where they do not go at once. */
      readonly deletion_id?: string
    }
  | {
      readonly type: 'RestoreFlow'
      /** What the log tells of the flow from before it was deleted. */
      readonly was: Omit<FlowRestored['data'], 'flow'>
    }

export type FlowRejection =
  | { readonly reason: 'flow_not_found' }
  | { readonly reason: 'flow_read_only' }
  | { readonly reason: 'collected_flow_missing'; readonly flow_ids: readonly string[] }
  | { readonly reason: 'flow_container_missing' }
  | { readonly reason: 'flow_format_fixed'; readonly format: string }
  | { readonly reason: 'bit_rate_from_profile'; readonly profile_id: string }
  /** Nothing is to be restored: it is there. */
  | { readonly reason: 'flow_not_deleted' }
  /** It was deleted for good. */
  | { readonly reason: 'flow_gone' }
  | TagsRejection
  | AccessRejection

/** @see TAMS PUT_flows-flowId, DELETE_flows-flowId, and PUT and DELETE of what is below */
export function decideFlow(command: FlowCommand, state: FlowState): Decision<FlowEvent, FlowRejection> {
  const refusal = refuseWrite(state)
  switch (command.type) {
    case 'PutFlow':
      return refusal?.reason === 'flow_read_only' ? reject(refusal) : put(command, state)
    case 'ChangeFlow':
      return refusal && !isUnlocking(command.change, refusal) ? reject(refusal) : change(command, state)
    case 'DeleteFlow': {
      if (refusal) return reject(refusal)
      if (state.status !== 'live') throw new Error('a writable flow is live')
      const { id: flow_id, source_id } = state.flow
      const { deletion_id } = command
      return accept({
        type: 'FlowDeleted',
        data: { flow_id, source_id, ...(deletion_id !== undefined && { deletion_id }) },
      })
    }
    case 'RestoreFlow': {
      const refused = refuseRestore(state)
      if (refused) return reject(refused)
      if (state.status !== 'deleted' || !state.before) throw new Error('a flow to be restored was deleted')
      return accept({ type: 'FlowRestored', data: { flow: state.before.flow, ...command.was } })
    }
  }
}

/** Why this flow takes no writes at all, if it does not. @see TAMS `read_only` */
export function refuseWrite(state: FlowState): FlowRejection | undefined {
  if (state.status !== 'live') return { reason: 'flow_not_found' }
  if (state.flow.read_only === true) return { reason: 'flow_read_only' }
  return undefined
}

/** Why this flow takes no media, if it does not. @see TAMS POST_flows-flowId-storage and -segments */
export function refuseMedia(state: FlowState): FlowRejection | undefined {
  const refusal = refuseWrite(state)
  if (refusal) return refusal
  const hasContainer = state.status === 'live' && state.flow.container !== undefined
  return hasContainer ? undefined : { reason: 'flow_container_missing' }
}

/** Why this flow cannot be had back, if it cannot; whether its deletion is still held back is another matter. */
export function refuseRestore(state: FlowState): FlowRejection | undefined {
  if (state.status === 'absent') return { reason: 'flow_not_found' }
  if (state.status === 'live') return { reason: 'flow_not_deleted' }
  return state.before ? undefined : { reason: 'flow_gone' }
}

/** Whether every media object of this flow needs an init object (and none may have one otherwise). ADR 0045 */
export const usesInitSegments = (flow: FlowMetadata): boolean =>
  flow.essence_parameters?.init_segments === true

export const flowAggregate: Aggregate<FlowState, FlowEvent> = {
  initial: { status: 'absent' },
  evolve: (state, event) => {
    if (event.type !== 'FlowDeleted') return { status: 'live', flow: event.data.flow }
    const { deletion_id } = event.data
    if (state.status !== 'live' || deletion_id === undefined) return { status: 'deleted' }
    return { status: 'deleted', before: { flow: state.flow, deletion_id } }
  },
}

function put(
  { flow, missingMembers }: Extract<FlowCommand, { type: 'PutFlow' }>,
  state: FlowState,
): Decision<FlowEvent, FlowRejection> {
  if (missingMembers.length > 0) return reject({ reason: 'collected_flow_missing', flow_ids: missingMembers })
  if (state.status !== 'live') return accept({ type: 'FlowCreated', data: { flow } })
  if (state.flow.format !== flow.format) {
    return reject({ reason: 'flow_format_fixed', format: state.flow.format })
  }
  return isKnown(flow, state.flow) ? accept() : accept({ type: 'FlowUpdated', data: { flow } })
}

/** The one write that a read-only flow takes. */
const isUnlocking = ({ property }: FlowChange, { reason }: FlowRejection): boolean =>
  property === 'read_only' && reason === 'flow_read_only'

/** Whoever changes a flow has neither its version nor its last author say so: the event does. */
function change(
  { change, collection, missingMembers }: Extract<FlowCommand, { type: 'ChangeFlow' }>,
  state: FlowState,
): Decision<FlowEvent, FlowRejection> {
  if (state.status !== 'live') throw new Error('a flow to be changed is live')
  const { profile_id } = state.flow
  if (change.property === 'avg_bit_rate' && profile_id !== undefined) {
    return reject({ reason: 'bit_rate_from_profile', profile_id })
  }
  if (missingMembers.length > 0) return reject({ reason: 'collected_flow_missing', flow_ids: missingMembers })
  const before = changedFlow(state.flow, { property: 'flow_collection', value: collection })
  const after = changedFlow(before, change)
  const refusal = change.property === 'tags' ? refuseTags(after.tags) : undefined
  if (refusal) return reject(refusal)
  // A collection that members have left is said anew as it is now: they may be restored, and are not wanted.
  const isSaid = change.property !== 'flow_collection' || sameJson(after, state.flow)
  if (isSaid && sameJson(after, before)) return accept()
  const { metadata_version: _, updated_by: __, ...flow } = after
  return accept({ type: 'FlowUpdated', data: { flow } })
}

/**
 * A collection is never known: a member that was deleted meanwhile has left it, and may be back. A version that
 * is not given is as it was.
 */
function isKnown(flow: FlowMetadata, before: FlowMetadata): boolean {
  if ((flow.flow_collection ?? []).length > 0) return false
  const { metadata_version: asked, ...said } = flow
  const { metadata_version: had, ...known } = before
  return sameJson(said, known) && (asked === undefined || asked === had)
}
