import type { EventContext } from '../../contracts/events/recorded-event.ts'
import type { FlowMetadata } from '../../contracts/resources/flow.ts'
import type { FlowCollection } from '../../contracts/resources/flow-collection.ts'
import { decideFlow, type FlowRejection } from '../../domain/flow/flow.ts'
import type { FlowChange } from '../../domain/flow/flow-change.ts'
import type { CommandServices } from './command-services.ts'
import { missingFlows } from './put-flow.ts'
import { flowStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type ChangeFlowOutcome = { readonly refused: FlowRejection } | { readonly changed: boolean }

/**
 * Changes one property of a Flow and leaves the others as they are, whoever else changes them meanwhile.
 * @see TAMS PUT_flows-flowId-label and its like
 */
export function changeFlow(
  services: CommandServices,
  context: EventContext,
  flow_id: string,
  change: FlowChange,
) {
  return services.run(context, async (unit): Promise<ChangeFlowOutcome> => {
    const flow = await unit.load(flowStream, flow_id)
    const asked = change.property === 'flow_collection' ? change.value : undefined
    const missingMembers = await missingFlows(unit, { id: flow_id, flow_collection: asked ?? [] })
    const collection = flow.state.status === 'live' ? await membersOf(services, unit, flow.state.flow) : []
    const decision = decideFlow({ type: 'ChangeFlow', change, collection, missingMembers }, flow.state)
    if (!decision.accepted) return { refused: decision.rejection }
    flow.append(decision.events)
    return { changed: decision.events.length > 0 }
  })
}

/**
 * The collection without the members that were deleted since it was said, be they back or not. The members'
 * streams are read before the catalog is, so that one that goes later has this decided again.
 */
async function membersOf(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  { id, flow_collection = [] }: FlowMetadata,
): Promise<FlowCollection> {
  if (flow_collection.length === 0) return []
  await unit.preload(
    flowStream,
    flow_collection.map((member) => member.id),
  )
  for (const member of flow_collection) await unit.load(flowStream, member.id)
  await catalog.reached(await unit.confirm())
  return catalog.reader.members(id).map((item) => JSON.parse(item))
}
