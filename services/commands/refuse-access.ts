import type { Tags } from '../../contracts/resources/tags.ts'
import {
  type Access,
  type AccessRejection,
  classesOf,
  isGranted,
  isKnown,
  type Permission,
  refuseAccess,
  refuseReclassing,
} from '../../domain/access/access.ts'
import type { FlowRejection, FlowState } from '../../domain/flow/flow.ts'
import { FLOW_RETENTION } from '../../domain/retention/retention.ts'
import type { SourceRejection, SourceState } from '../../domain/source/source.ts'

type MaybeAccess = Access | undefined

/** Of a Flow that was deleted, what it was last decides, as long as that is known. */
export function refuseFlow(
  access: MaybeAccess,
  state: FlowState,
  permission: Permission,
): FlowRejection | undefined {
  if (!access) return undefined
  const flow = state.status === 'live' ? state.flow : state.status === 'deleted' && state.before?.flow
  return flow ? refuseAccess(access, flow, permission, NO_FLOW) : NO_FLOW
}

const NO_FLOW = { reason: 'flow_not_found' } as const

/** A Source that is not there is not refused: it is for others to say what that means. */
export const refuseSource = (
  access: MaybeAccess,
  state: SourceState,
  permission: Permission,
): SourceRejection | undefined =>
  state.status === 'live'
    ? refuseAccess(access, state.source, permission, { reason: 'source_not_found' } as const)
    : undefined

type Tagged = { readonly tags?: Tags }

/** Why a request that may write a resource may not have these tags instead. */
export function refuseTagChange(
  access: MaybeAccess,
  before: Tagged,
  after: Tagged,
): AccessRejection | undefined {
  if (!access) return undefined
  const refused = refuseReclassing(access, before, after)
  if (refused) return refused
  // The tag has the Flow deleted one day.
  if (JSON.stringify(before.tags?.[FLOW_RETENTION]) === JSON.stringify(after.tags?.[FLOW_RETENTION])) {
    return undefined
  }
  return isGranted(access, classesOf(before), 'delete')
    ? undefined
    : { reason: 'permission_missing', permission: 'delete' }
}

/** Whether a Flow that is there is so for the request. */
export const isFlowKnown = (access: MaybeAccess, state: FlowState): boolean =>
  state.status === 'live' && (!access || isKnown(access, classesOf(state.flow)))
