import type { Access } from '../../domain/access/access.ts'
import { decideSource, type SourceRejection } from '../../domain/source/source.ts'
import type { CommandServices } from './command-services.ts'
import { deleteFlows } from './delete-flow.ts'
import type { CommandContext } from './event-context.ts'
import { isFlowKnown, refuseFlow, refuseSource } from './refuse-access.ts'
import { flowStream, sourceStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Bounds what one append holds. */
export const MAX_FLOWS_AT_ONCE = 100

export type DeleteSourceRejection =
  | SourceRejection
  | { readonly reason: 'source_flow_read_only'; readonly flow_id: string }
  | { readonly reason: 'source_has_too_many_flows'; readonly count: number; readonly max: number }

export type DeleteSourceOutcome =
  | { readonly refused: DeleteSourceRejection }
  | {
      /** How many segments went with it at once. */
      readonly deleted: number
      /** The deletions that remove the segments of its other Flows. */
      readonly deletion_ids: readonly string[]
    }

/**
 * Deletes a Source: one without Flows, or, with `cascade`, its Flows too. All of them are gone at once, or none
 * where one may not go.
 */
export function deleteSource(
  services: CommandServices,
  context: CommandContext,
  source_id: string,
  { cascade }: { readonly cascade: boolean },
) {
  return services.run(context, async (unit): Promise<DeleteSourceOutcome> => {
    const source = await unit.load(sourceStream, source_id)
    const { access } = context
    const unpermitted = refuseSource(access, source.state, 'delete')
    if (unpermitted) return { refused: unpermitted }
    const flowIds = source.state.status === 'live' && cascade ? source.state.flowIds : []
    const count = flowIds.length
    if (count > MAX_FLOWS_AT_ONCE) {
      return { refused: { reason: 'source_has_too_many_flows', count, max: MAX_FLOWS_AT_ONCE } }
    }
    for (const flow_id of access ? flowIds : []) {
      const { state } = await unit.load(flowStream, flow_id)
      if (refuseFlow(access, state, 'delete')) return { refused: NOT_ALL_DELETABLE }
    }
    const flows = await deleteFlows(services, unit, flowIds)
    // A flow of a source is there, so only its own flag keeps it.
    if ('refused' in flows) return { refused: { reason: 'source_flow_read_only', flow_id: flows.flow_id } }
    // One that its Flows made is gone with the last of them.
    if (count > 0 && source.state.status !== 'live') return flows
    const decision = decideSource({ type: 'DeleteSource' }, source.state)
    if (!decision.accepted) return { refused: await shownTo(access, unit, decision.rejection) }
    source.append(decision.events)
    return flows
  })
}

const NOT_ALL_DELETABLE = { reason: 'permission_missing', permission: 'delete' } as const

/** Names no Flow that whoever asks is not to know of. */
async function shownTo(
  access: Access | undefined,
  unit: UnitOfWork,
  rejection: SourceRejection,
): Promise<SourceRejection> {
  if (!access || rejection.reason !== 'source_has_flows') return rejection
  const flow_ids: string[] = []
  for (const id of rejection.flow_ids) {
    const { state } = await unit.load(flowStream, id)
    if (isFlowKnown(access, state)) flow_ids.push(id)
  }
  return { ...rejection, flow_ids }
}
