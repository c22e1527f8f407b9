import { ETERNITY, type TimeRange } from '../../contracts/time/timerange.ts'
import type { Access } from '../../domain/access/access.ts'
import { type FlowRejection, refuseWrite } from '../../domain/flow/flow.ts'
import { isTimelineEmpty } from '../../domain/timeline/timeline.ts'
import type { CommandServices } from './command-services.ts'
import { type CommandContext, childContext } from './event-context.ts'
import { refuseFlow } from './refuse-access.ts'
import { removeSegments, SEGMENTS_PER_CHUNK } from './remove-segments.ts'
import { requestSegmentDeletion } from './request-deletion.ts'
import { flowStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type SegmentSelection = {
  /** Segments wholly inside are selected; those that reach out of it at either end are not. */
  readonly range: TimeRange
  readonly object_id?: string
}

export type DeleteSegmentsOutcome =
  | { readonly refused: FlowRejection }
  | { readonly deleted: number }
  /** Too many for one append: the deletion saga carries this out. */
  | { readonly deletion_id: string }

/** Deletes the selected segments of a live Flow at once, or sees to it. @see TAMS DELETE_flows-flowId-segments */
export function deleteSegments(
  services: CommandServices,
  context: CommandContext,
  flow_id: string,
  selection: SegmentSelection,
) {
  const { access } = context
  return services.run(context, (unit) => deleteSelected(services, unit, flow_id, selection, access))
}

/** The same as part of a command. */
export async function deleteSelected(
  services: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  selection: SegmentSelection,
  access?: Access,
): Promise<DeleteSegmentsOutcome> {
  const flow = await unit.load(flowStream, flow_id)
  const refused = refuseFlow(access, flow.state, 'write') ?? refuseWrite(flow.state)
  if (refused) return { refused }
  const { range, object_id } = selection
  const segments = await segmentsOf(services, unit, flow_id, range, object_id)
  if (segments.length > SEGMENTS_PER_CHUNK) {
    return { deletion_id: await requestSegmentDeletion(unit, flow_id, selection) }
  }
  await removeSegments(unit, flow_id, segments, {
    object_id,
    retires: services.mediaDeleteGraceSeconds === 0,
  })
  return { deleted: segments.length }
}

/**
 * Removes every segment a deleted Flow has left and that no deletion request is for, as older logs have them.
 * Repeating it is harmless.
 */
export async function drainTimeline(
  services: CommandServices,
  context: CommandContext,
  flow_id: string,
): Promise<void> {
  for (let chunk = 0; ; chunk++) {
    const { outcome } = await services.run(childContext(context, chunk), async (unit) => {
      const flow = await unit.load(flowStream, flow_id)
      if (flow.state.status === 'live') return 0
      const segments = await segmentsOf(services, unit, flow_id, ETERNITY)
      await removeSegments(unit, flow_id, segments.slice(0, SEGMENTS_PER_CHUNK), { retires: true })
      return segments.length
    })
    if (outcome <= SEGMENTS_PER_CHUNK) return
  }
}

/** Segments as the timeline has them now: one more than fit into a chunk, where there are more. */
async function segmentsOf(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  range: TimeRange,
  object_id?: string,
) {
  const timeline = await unit.load(timelineStream, flow_id)
  if (isTimelineEmpty(timeline.state)) return []
  await catalog.reached(await unit.confirm())
  return catalog.reader.segmentsWithin(flow_id, range, object_id, SEGMENTS_PER_CHUNK + 1)
}
