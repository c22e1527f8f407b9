import { decideFlow, type FlowRejection } from '../../domain/flow/flow.ts'
import { changedFlow, type FlowChange } from '../../domain/flow/flow-change.ts'
import { hiddenMembers, membersOf, missingFlows } from './collection-members.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseFlow, refuseTagChange } from './refuse-access.ts'
import { flowStream } from './stream-kind.ts'

export type ChangeFlowOutcome = { readonly refused: FlowRejection } | { readonly changed: boolean }

/**
 * Changes one property of a Flow and leaves the others as they are, whoever else changes them meanwhile.
 * @see TAMS PUT_flows-flowId-label and its like
 */
export function changeFlow(
  services: CommandServices,
  context: CommandContext,
  flow_id: string,
  asked: FlowChange,
) {
  return services.run(context, async (unit): Promise<ChangeFlowOutcome> => {
    const flow = await unit.load(flowStream, flow_id)
    const { access } = context
    const unpermitted = refuseFlow(access, flow.state, 'write')
    if (unpermitted) return { refused: unpermitted }
    const before = flow.state.status === 'live' ? flow.state.flow : undefined
    if (before && asked.property === 'tags') {
      const refused = refuseTagChange(access, before, changedFlow(before, asked))
      if (refused) return { refused }
    }
    const named = asked.property === 'flow_collection' ? (asked.value ?? []) : []
    const missingMembers = await missingFlows(unit, { id: flow_id, flow_collection: named }, access)
    const collection = before ? await membersOf(services, unit, before) : []
    const hidden =
      before && asked.property === 'flow_collection'
        ? await hiddenMembers(services, unit, before, access)
        : []
    const change = hidden.length > 0 ? ({ ...asked, value: [...named, ...hidden] } as FlowChange) : asked
    const decision = decideFlow({ type: 'ChangeFlow', change, collection, missingMembers }, flow.state)
    if (!decision.accepted) return { refused: decision.rejection }
    flow.append(decision.events)
    return { changed: decision.events.length > 0 }
  })
}
