import { parseTimeRange } from '../../contracts/time/timerange.ts'
import { decideObject } from '../../domain/media-object/media-object.ts'
import { decideTimeline } from '../../domain/timeline/timeline.ts'
import { Overtaken } from './attempts.ts'
import { retireUnreferenced } from './retire-object.ts'
import { objectStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/** Bounds what one append deletes, and how long it takes. */
export const SEGMENTS_PER_CHUNK = 500

/** A segment as the catalog saw it. */
export type SeenSegment = { readonly object_id: string; readonly timerange: string }

export type Removal = {
  /** Only segments of this object are meant. */
  readonly object_id?: string | undefined
  /** Whether objects that nothing refers to any more are retired with it, or later (services/retiring). */
  readonly retires: boolean
}

/**
 * Removes segments in a row from a timeline, and releases their objects: between the first and the last there
 * are no others (of `object_id`, where it is given).
 */
export async function removeSegments(
  unit: UnitOfWork,
  flow_id: string,
  segments: readonly SeenSegment[],
  { object_id, retires }: Removal,
): Promise<void> {
  const timeline = await unit.load(timelineStream, flow_id)
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
  const released = await release(unit, flow_id, segments)
  if (retires) await retireUnreferenced(unit, released)
}

/** @returns the objects */
async function release(
  unit: UnitOfWork,
  flow_id: string,
  segments: readonly SeenSegment[],
): Promise<Iterable<string>> {
  const uses = new Map<string, number>()
  for (const { object_id } of segments) uses.set(object_id, (uses.get(object_id) ?? 0) + 1)
  await unit.preload(objectStream, [...uses.keys()])
  for (const [object_id, count] of uses) {
    const object = await unit.load(objectStream, object_id)
    const decision = decideObject({ type: 'Dereference', object_id, flow_id, count }, object.state)
    if (decision.accepted) object.appendBeside(decision.events)
  }
  return uses.keys()
}
