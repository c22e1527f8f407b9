import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideFlow, type FlowRejection } from '../../domain/flow/flow.ts'
import type { CommandServices } from './command-services.ts'
import { detachFlow } from './put-flow.ts'
import { flowStream } from './stream-kind.ts'

export type DeleteFlowOutcome = { readonly refused: FlowRejection } | { readonly deleted: true }

/**
 * The Flow is gone from reads and refuses writes from here on; its segments are removed by `drainTimeline`,
 * which the deletion service resumes should this process die before it is done.
 * @see TAMS DELETE_flows-flowId
 */
export function deleteFlow({ run }: CommandServices, context: EventContext, flow_id: string) {
  return run(context, async (unit): Promise<DeleteFlowOutcome> => {
    const flow = await unit.load(flowStream, flow_id)
    const decision = decideFlow({ type: 'DeleteFlow' }, flow.state)
    if (!decision.accepted) return { refused: decision.rejection }
    flow.append(decision.events)
    for (const event of decision.events) {
      if (event.type === 'FlowDeleted') await detachFlow(unit, event.data.source_id, flow_id)
    }
    return { deleted: true }
  })
}
