import type { TagValue } from '../../contracts/resources/tags.ts'
import { type FlowRejection, refuseWrite } from '../../domain/flow/flow.ts'
import { decideTimeline, type TimelineRejection } from '../../domain/timeline/timeline.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { refuseFlow } from './refuse-access.ts'
import { flowStream, timelineStream } from './stream-kind.ts'

export type TagSegments = {
  readonly flow_id: string
  readonly object_id: string
  readonly name: string
  /** Absent: the tag shall go. */
  readonly value?: TagValue
}

export type TagSegmentsOutcome =
  | { readonly refused: FlowRejection | TimelineRejection }
  | { readonly done: true }

/** Sets or removes a tag of all of a Flow's segments of one object. */
export function tagSegments(
  { run, catalog }: CommandServices,
  context: CommandContext,
  { value, ...use }: TagSegments,
) {
  return run(context, async (unit): Promise<TagSegmentsOutcome> => {
    const flow = await unit.load(flowStream, use.flow_id)
    const refused = refuseFlow(context.access, flow.state, 'write') ?? refuseWrite(flow.state)
    if (refused) return { refused }
    const timeline = await unit.load(timelineStream, use.flow_id)
    // The catalog knows the segments; should the timeline change meanwhile, this is decided again.
    await catalog.reached(await unit.confirm())
    const tagged = { ...use, tags: catalog.reader.segmentTags(use.flow_id, use.object_id) }
    const decision = decideTimeline(
      value === undefined
        ? { type: 'RemoveSegmentTag', ...tagged }
        : { type: 'SetSegmentTag', ...tagged, value },
      timeline.state,
    )
    if (!decision.accepted) return { refused: decision.rejection }
    timeline.append(decision.events)
    return { done: true }
  })
}
