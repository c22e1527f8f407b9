import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { ETERNITY, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import { type FlowRejection, refuseWrite } from '../../domain/flow/flow.ts'
import { decideObject } from '../../domain/media-object/media-object.ts'
import { decideTimeline } from '../../domain/timeline/timeline.ts'
import type { CommandServices } from './command-services.ts'
import { childContext } from './event-context.ts'
import { flowStream, objectStream, timelineStream } from './stream-kind.ts'
import { Overtaken, type UnitOfWork } from './unit-of-work.ts'

export type SegmentSelection = {
  /** Segments wholly inside are selected; those that reach out of it at either end are not. */
  readonly range: TimeRange
  readonly object_id?: string
}

export type DeleteSegmentsOutcome = { readonly refused: FlowRejection } | { readonly deleted: number }

/** Bounds what one append holds and how long it takes. */
const SEGMENTS_PER_CHUNK = 500

/**
 * Deletes the selected segments of a live Flow, chunk by chunk, releasing their objects.
 * @see TAMS DELETE_flows-flowId-segments
 */
export async function deleteSegments(
  services: CommandServices,
  context: EventContext,
  flow_id: string,
  selection: SegmentSelection,
): Promise<{ readonly outcome: DeleteSegmentsOutcome; readonly position: number }> {
  let deleted = 0
  for (let chunk = 0; ; chunk++) {
    const { outcome, position } = await services.run(childContext(context, chunk), async (unit) => {
      const flow = await unit.load(flowStream, flow_id)
      const refused = refuseWrite(flow.state)
      return refused ? { refused } : { deleted: await deleteChunk(services, unit, flow_id, selection) }
    })
    if ('refused' in outcome) return { outcome: { refused: outcome.refused }, position }
    deleted += outcome.deleted
    if (outcome.deleted < SEGMENTS_PER_CHUNK) return { outcome: { deleted }, position }
  }
}

/** Removes every segment a deleted Flow has left. Repeating it is harmless. @returns a position it was done by */
export async function drainTimeline(
  services: CommandServices,
  context: EventContext,
  flow_id: string,
): Promise<number> {
  for (let chunk = 0; ; chunk++) {
    const { outcome, position } = await services.run(childContext(context, chunk), async (unit) => {
      const flow = await unit.load(flowStream, flow_id)
      if (flow.state.status === 'live') return 0
      return deleteChunk(services, unit, flow_id, { range: ETERNITY })
    })
    if (outcome < SEGMENTS_PER_CHUNK) return position
  }
}

async function deleteChunk(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  { range, object_id }: SegmentSelection,
): Promise<number> {
  const timeline = await unit.load(timelineStream, flow_id)
  await catalog.reached(await unit.confirm())
  const segments = catalog.reader.segmentsWithin(flow_id, range, object_id, SEGMENTS_PER_CHUNK)
  const decision = decideTimeline(
    {
      type: 'DeleteSegments',
      flow_id,
      ranges: segments.map(({ timerange }) => parseTimeRange(timerange)),
      ...(object_id !== undefined && { object_id }),
    },
    timeline.state,
  )
  if (!decision.accepted) throw new Overtaken()
  timeline.append(decision.events)
  await release(unit, flow_id, segments)
  return segments.length
}

async function release(
  unit: UnitOfWork,
  flow_id: string,
  segments: readonly { readonly object_id: string }[],
): Promise<void> {
  const uses = new Map<string, number>()
  for (const { object_id } of segments) uses.set(object_id, (uses.get(object_id) ?? 0) + 1)
  await unit.preload(objectStream, [...uses.keys()])
  for (const [object_id, count] of uses) {
    const object = await unit.load(objectStream, object_id)
    const decision = decideObject({ type: 'Dereference', object_id, flow_id, count }, object.state)
    if (decision.accepted) object.append(decision.events)
  }
}
