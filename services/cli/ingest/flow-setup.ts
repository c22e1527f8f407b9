import type { Tags } from '../../../contracts/resources/tags.ts'
import { subtractTimestamps } from '../../../contracts/time/timestamp.ts'
import { Failure } from '../failure.ts'
import { type Fraction, fraction } from '../media/fraction.ts'
import { flowPath } from '../tams/flow-path.ts'
import type { Service } from '../tams/service.ts'
import { averageBitRate } from './bit-rate.ts'
import type { ExistingFlow } from './existing-flow.ts'
import { containerOf, type FlowIds, planFlows } from './flow-plan.ts'
import type { InspectedSegment } from './segment-inspector.ts'
import type { Draft } from './timeline.ts'

export type FlowWishes = {
  readonly flowId: string | undefined
  readonly sourceId: string | undefined
  readonly label: string | undefined
  readonly tags: Tags
  readonly targetDurationSeconds: number | undefined
}

/** Ids for Flows that do not exist yet. */
export function newFlowIds({ media }: InspectedSegment, { flowId, sourceId }: FlowWishes): FlowIds {
  const memberCount = media.tracks.length > 1 ? media.tracks.length : 0
  return {
    flowId: flowId ?? crypto.randomUUID(),
    sourceId: sourceId ?? crypto.randomUUID(),
    members: Array.from({ length: memberCount }, () => ({
      flowId: crypto.randomUUID(),
      sourceId: crypto.randomUUID(),
    })),
  }
}

/**
 * Creates the Flows that the first segment calls for; those that exist stay as they are.
 * @throws Failure where the Flow exists and has another container.
 */
export async function setUpFlows(
  service: Service,
  existing: ExistingFlow | undefined,
  ids: FlowIds,
  first: { readonly inspected: InspectedSegment; readonly draft: Draft },
  wishes: FlowWishes,
): Promise<void> {
  const { media, init, local } = first.inspected
  if (existing) {
    const container = containerOf(media.container, init !== undefined, media.tracks)
    if (existing.container === container) return
    throw new Failure(
      `Flow ${ids.flowId} has container ${existing.container}, but this media is ${container}`,
    )
  }
  const flows = planFlows(media, ids, {
    ...wishes,
    hasInit: init !== undefined,
    segmentDuration: targetDuration(wishes.targetDurationSeconds, first.draft),
    averageBitRate: averageBitRate(local.range.sizeBytes, durationOf(first.draft)),
  })
  for (const flow of flows) {
    // An earlier run may have come as far as some of the members.
    const isThere = flow.id !== ids.flowId && (await service.find(flowPath(flow.id))) !== undefined
    if (!isThere) await service.write('PUT', flowPath(flow.id), flow)
  }
}

function durationOf({ start, end }: Draft) {
  return subtractTimestamps(end, start)
}

/** What the playlist aims at; without one, what the first segment lasts. To the millisecond. */
function targetDuration(playlistSeconds: number | undefined, draft: Draft): Fraction | undefined {
  const { seconds, nanoseconds } = durationOf(draft)
  const target = playlistSeconds ?? seconds + nanoseconds / 1e9
  const milliseconds = Math.round(target * 1000)
  return milliseconds > 0 ? fraction(milliseconds, 1000) : undefined
}
