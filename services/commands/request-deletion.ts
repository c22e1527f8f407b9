import { ETERNITY, formatTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { decideDeletion } from '../../domain/deletion/deletion.ts'
import { decideFlow, type FlowRejection, refuseWrite } from '../../domain/flow/flow.ts'
import { isTimelineEmpty } from '../../domain/timeline/timeline.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { detachFlow } from './put-flow.ts'
import { refuseFlow } from './refuse-access.ts'
import { deletionStream, flowStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type AskedDeletion =
  | {
      readonly flow_id: string
      readonly delete_flow: true
      /** Not where it is not to be held back, or no longer. */
      readonly held?: boolean
    }
  | {
      readonly flow_id: string
      readonly delete_flow: false
      readonly range: TimeRange
      readonly object_id?: string
    }

export type RequestDeletionOutcome = { readonly refused: FlowRejection } | { readonly deletion_id: string }

/** Asks for a deletion that the deletion saga carries out, be it large or small. */
export function requestDeletion(services: CommandServices, context: CommandContext, asked: AskedDeletion) {
  return services.run(context, async (unit): Promise<RequestDeletionOutcome> => {
    const { flow_id } = asked
    const flow = await unit.load(flowStream, flow_id)
    const permission = asked.delete_flow ? 'delete' : 'write'
    const unpermitted = refuseFlow(context.access, flow.state, permission)
    if (unpermitted) return { refused: unpermitted }
    const refused = refuseWrite(flow.state)
    if (!asked.delete_flow) {
      return refused ? { refused } : { deletion_id: await requestSegmentDeletion(unit, flow_id, asked) }
    }
    const { held = true } = asked
    const released = held ? undefined : await release(unit, flow_id)
    if (released !== undefined) return { deletion_id: released }
    if (refused && !(await isLeftUndrained(services, unit, flow_id))) return { refused }
    if (!refused) await seeTimeline(services, unit, flow_id)
    const grace = refused || !held ? 0 : services.mediaDeleteGraceSeconds
    const deletion_id = await orderFlowDeletion(services, unit, flow_id, grace)
    if (!refused) await removeFlow(unit, flow_id, deletion_id)
    return { deletion_id }
  })
}

/** Why whoever asks may not delete a Flow, be it there still, or in the course of being deleted. */
export async function refuseDeletionOf(
  { run }: CommandServices,
  { key: _, ...context }: CommandContext,
  flow_id: string,
): Promise<FlowRejection | undefined> {
  const { outcome } = await run(context, async (unit) => {
    const { state } = await unit.load(flowStream, flow_id)
    return refuseFlow(context.access, state, 'delete')
  })
  return outcome
}

/** Lets the deletion of a Flow begin that is held back. @returns its id, if there is one */
async function release(unit: UnitOfWork, flow_id: string): Promise<string | undefined> {
  const flow = await unit.load(flowStream, flow_id)
  if (flow.state.status !== 'deleted' || !flow.state.before) return undefined
  const { deletion_id } = flow.state.before
  const deletion = await unit.load(deletionStream, deletion_id)
  const decision = decideDeletion({ type: 'ReleaseDeletion', deletion_id }, deletion.state)
  if (!decision.accepted || decision.events.length === 0) return undefined
  deletion.append(decision.events)
  return deletion_id
}

/** Whether a deleted Flow has segments that nobody removes: their deletion failed, and may be asked for again. */
export async function isLeftUndrained(
  services: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
): Promise<boolean> {
  const flow = await unit.load(flowStream, flow_id)
  if (flow.state.status !== 'deleted' || !(await seeTimeline(services, unit, flow_id))) return false
  return !services.catalog.reader.isFlowBeingDrained(flow_id)
}

/** Lets the catalog come to where the timeline is. @returns whether it has segments */
async function seeTimeline(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
): Promise<boolean> {
  const timeline = await unit.load(timelineStream, flow_id)
  if (isTimelineEmpty(timeline.state)) return false
  await catalog.reached(await unit.confirm())
  return true
}

/**
 * Asks for the segments of a Flow, which goes by the same command, to be removed by and by. This is to be
 * written before the Flow goes: a log that cannot write to two streams at once may be left with a request for
 * a flow that is still there, which the saga then deletes, but never with a deleted flow that nobody drains.
 * The catalog has to be where the timeline is.
 * @param held_for_seconds how long the Flow can be had back; 0: not at all
 */
export const orderFlowDeletion = (
  { catalog }: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  held_for_seconds = 0,
): Promise<string> =>
  order(unit, {
    flow_id,
    timerange_to_delete: formatTimeRange(catalog.reader.extent(flow_id, ETERNITY)),
    delete_flow: true,
    ...(held_for_seconds > 0 && { held_for_seconds }),
  })

export const requestSegmentDeletion = (
  unit: UnitOfWork,
  flow_id: string,
  { range, object_id }: { readonly range: TimeRange; readonly object_id?: string },
): Promise<string> =>
  order(unit, {
    flow_id,
    timerange_to_delete: formatTimeRange(range),
    ...(object_id !== undefined && { object_id }),
    delete_flow: false,
  })

/** Takes a Flow that may be deleted from reads, and from its Source. */
export async function removeFlow(unit: UnitOfWork, flow_id: string, deletion_id: string): Promise<void> {
  const source_id = await hideFlow(unit, flow_id, deletion_id)
  if (source_id !== undefined) await detachFlow(unit, source_id, flow_id)
}

/** @returns the Source of the Flow, from which it is to be taken by the same command, if it may be deleted */
export async function hideFlow(
  unit: UnitOfWork,
  flow_id: string,
  deletion_id?: string,
): Promise<string | undefined> {
  const flow = await unit.load(flowStream, flow_id)
  const decision = decideFlow(
    { type: 'DeleteFlow', ...(deletion_id !== undefined && { deletion_id }) },
    flow.state,
  )
  if (!decision.accepted) return undefined
  flow.append(decision.events)
  const [event] = decision.events
  return event?.type === 'FlowDeleted' ? event.data.source_id : undefined
}

async function order(
  unit: UnitOfWork,
  asked: {
    readonly flow_id: string
    readonly timerange_to_delete: string
    readonly object_id?: string
    readonly delete_flow: boolean
    readonly held_for_seconds?: number
  },
): Promise<string> {
  const deletion_id = unit.newId()
  const flow = await unit.load(flowStream, asked.flow_id)
  const timeline = await unit.load(timelineStream, asked.flow_id)
  const deletion = await unit.load(deletionStream, deletion_id)
  const decision = decideDeletion(
    {
      type: 'RequestDeletion',
      deletion_id,
      ...asked,
      flow_revision: flow.revision,
      timeline_revision: timeline.revision,
    },
    deletion.state,
  )
  if (decision.accepted) deletion.append(decision.events)
  return deletion_id
}
