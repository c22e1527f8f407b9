import { ETERNITY } from '../../contracts/time/timerange.ts'
import { type FlowRejection, refuseWrite } from '../../domain/flow/flow.ts'
import { isTimelineEmpty } from '../../domain/timeline/timeline.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { detachFlow } from './put-flow.ts'
import { refuseFlow } from './refuse-access.ts'
import { removeSegments, SEGMENTS_PER_CHUNK, type SeenSegment } from './remove-segments.ts'
import { hideFlow, isLeftUndrained, orderFlowDeletion } from './request-deletion.ts'
import { flowStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type DeleteFlowsOutcome =
  | { readonly refused: FlowRejection; readonly flow_id: string }
  | {
      /** How many segments went at once. */
      readonly deleted: number
      /** The deletions that remove the segments of the others. */
      readonly deletion_ids: readonly string[]
    }

/** `deletion_id`: it had too many segments for one append; the deletion saga removes them. */
export type DeleteFlowOutcome =
  | { readonly refused: FlowRejection }
  | { readonly deleted: number; readonly deletion_id?: string }

/** Deletes one Flow. @see TAMS DELETE_flows-flowId */
export function deleteFlow(services: CommandServices, context: CommandContext, flow_id: string) {
  const { access } = context
  return services.run(context, async (unit): Promise<DeleteFlowOutcome> => {
    const flow = await unit.load(flowStream, flow_id)
    const unpermitted = refuseFlow(access, flow.state, 'delete')
    if (unpermitted) return { refused: unpermitted }
    if (await isLeftUndrained(services, unit, flow_id)) {
      return { deleted: 0, deletion_id: await orderFlowDeletion(services, unit, flow_id) }
    }
    const outcome = await deleteFlows(services, unit, [flow_id])
    if ('refused' in outcome) return { refused: outcome.refused }
    const [deletion_id] = outcome.deletion_ids
    return { deleted: outcome.deleted, ...(deletion_id !== undefined && { deletion_id }) }
  })
}

/**
 * Deletes Flows as part of a command, in its one append: all of them or none. They are gone from reads and
 * refuse writes from here on. Segments go with them where all of this is no more than a chunk; where it is
 * more, Flows that have too many get a deletion each, which the caller may wait for (`settledDeletions`). Where
 * they can be had back for some time, each gets a deletion that is held back, and its segments stay until then.
 * @param flow_ids each once; a few hundred at most, since they go in one append
 */
export async function deleteFlows(
  services: CommandServices,
  unit: UnitOfWork,
  flow_ids: readonly string[],
): Promise<DeleteFlowsOutcome> {
  const { catalog, mediaDeleteGraceSeconds } = services
  let hasSegments = false
  for (const flow_id of flow_ids) {
    const flow = await unit.load(flowStream, flow_id)
    const refused = refuseWrite(flow.state)
    if (refused) return { refused, flow_id }
    const timeline = await unit.load(timelineStream, flow_id)
    hasSegments ||= !isTimelineEmpty(timeline.state)
  }
  if (hasSegments) await catalog.reached(await unit.confirm())

  let deleted = 0
  const deletion_ids: string[] = []
  const hidden: { flow_id: string; source_id: string | undefined; segments: readonly SeenSegment[] }[] = []
  for (const flow_id of flow_ids) {
    const room = SEGMENTS_PER_CHUNK - deleted
    const seen = hasSegments ? catalog.reader.segmentsWithin(flow_id, ETERNITY, undefined, room + 1) : []
    const isOrdered = mediaDeleteGraceSeconds > 0 || seen.length > room
    const deletion_id = isOrdered
      ? await orderFlowDeletion(services, unit, flow_id, mediaDeleteGraceSeconds)
      : undefined
    const segments = deletion_id === undefined ? seen : []
    hidden.push({ flow_id, source_id: await hideFlow(unit, flow_id, deletion_id), segments })
    if (deletion_id !== undefined) deletion_ids.push(deletion_id)
    deleted += segments.length
  }
  // Written when all of them are gone: no Source goes before the last of its Flows.
  for (const { flow_id, source_id, segments } of hidden) {
    if (source_id !== undefined) await detachFlow(unit, source_id, flow_id)
    await removeSegments(unit, flow_id, segments, { retires: true })
  }
  return { deleted, deletion_ids }
}
