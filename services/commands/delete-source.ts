import type { FlowEvent } from '../../contracts/events/flow-events.ts'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { decideFlow, type FlowState } from '../../domain/flow/flow.ts'
import { decideSource, type SourceRejection } from '../../domain/source/source.ts'
import type { CommandServices } from './command-services.ts'
import { detachFlow } from './put-flow.ts'
import { flowStream, sourceStream } from './stream-kind.ts'
import type { StreamHandle, UnitOfWork } from './unit-of-work.ts'

/** Bounds what one append holds. */
export const MAX_FLOWS_AT_ONCE = 100

export type DeleteSourceRejection =
  | SourceRejection
  | { readonly reason: 'source_flow_read_only'; readonly flow_id: string }
  | { readonly reason: 'source_has_too_many_flows'; readonly count: number; readonly max: number }

export type DeleteSourceOutcome =
  | { readonly refused: DeleteSourceRejection }
  /** The Flows that went with it: their segments are yet to be removed, as after `deleteFlow`. */
  | { readonly deleted: readonly string[] }

/**
 * Deletes a Source: one without Flows, or, with `cascade`, its Flows too. All of them are gone at once, or none
 * where one may not go.
 */
export function deleteSource(
  { run }: CommandServices,
  context: EventContext,
  source_id: string,
  { cascade }: { readonly cascade: boolean },
) {
  return run(context, async (unit): Promise<DeleteSourceOutcome> => {
    const source = await unit.load(sourceStream, source_id)
    const flowIds = source.state.status === 'live' ? source.state.flowIds : []
    if (cascade && flowIds.length > 0) {
      const refused = await deleteFlows(unit, source_id, flowIds)
      if (refused) return { refused }
      // One that its Flows made is gone with the last of them.
      if (source.state.status !== 'live') return { deleted: flowIds }
    }
    const decision = decideSource({ type: 'DeleteSource' }, source.state)
    if (!decision.accepted) return { refused: decision.rejection }
    source.append(decision.events)
    return { deleted: flowIds }
  })
}

/** Nothing is written before every Flow may go. */
async function deleteFlows(
  unit: UnitOfWork,
  source_id: string,
  flowIds: readonly string[],
): Promise<DeleteSourceRejection | undefined> {
  const count = flowIds.length
  if (count > MAX_FLOWS_AT_ONCE) {
    return { reason: 'source_has_too_many_flows', count, max: MAX_FLOWS_AT_ONCE }
  }
  await unit.preload(flowStream, flowIds)
  const decided: [StreamHandle<FlowState, FlowEvent>, readonly FlowEvent[]][] = []
  for (const flow_id of flowIds) {
    const flow = await unit.load(flowStream, flow_id)
    // A flow of a source is there, so only its own flag keeps it.
    const decision = decideFlow({ type: 'DeleteFlow' }, flow.state)
    if (!decision.accepted) return { reason: 'source_flow_read_only', flow_id }
    decided.push([flow, decision.events])
  }
  for (const [flow, events] of decided) flow.append(events)
  for (const flow_id of flowIds) await detachFlow(unit, source_id, flow_id)
  return undefined
}
