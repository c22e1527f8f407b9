import type { DeletionFailed } from '../../contracts/events/deletion-events.ts'
import type { EventContext } from '../../contracts/events/recorded-event.ts'
import { type Coverage, emptyCoverage, overlapWith } from '../../contracts/time/coverage.ts'
import { ETERNITY, formatTimeRange, parseTimeRange, type TimeRange } from '../../contracts/time/timerange.ts'
import {
  type DeletionCommand,
  decideDeletion,
  isOpen,
  type OpenDeletion,
} from '../../domain/deletion/deletion.ts'
import { isTimelineEmpty } from '../../domain/timeline/timeline.ts'
import { Overtaken } from './attempts.ts'
import type { CommandServices } from './command-services.ts'
import { removeSegments, SEGMENTS_PER_CHUNK, type SeenSegment } from './remove-segments.ts'
import { removeFlow } from './request-deletion.ts'
import { deletionStream, flowStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type DeletionWork = {
  readonly deletion_id: string
  /** What has been registered since the deletion was asked for, and is not to go with it. */
  readonly addedSince: () => Promise<Coverage>
  /** How long the request can be looked at when it is over. */
  readonly kept_for_seconds: number
  readonly segmentsPerChunk?: number
}

export type DeletionAdvance = {
  readonly deleted: number
  /** `open`: there is more to do. `gone`: it was over before. */
  readonly status: 'open' | 'done' | 'error' | 'gone'
}

/**
 * Takes a deletion one step further, in one append with what the step did: to be repeated until it is not open
 * any more, and harmless to repeat beyond that. It goes on where its Flow has become read-only meanwhile: it
 * was accepted.
 */
export function advanceDeletion(services: CommandServices, context: EventContext, work: DeletionWork) {
  return services.run(context, async (unit): Promise<DeletionAdvance> => {
    const deletion = await unit.load(deletionStream, work.deletion_id)
    const { state } = deletion
    if (!isOpen(state)) return { deleted: 0, status: 'gone' }
    return state.status === 'started' ? removeChunk(services, unit, state, work) : start(unit, state, work)
  })
}

/** Gives a deletion up. */
export function failDeletion(
  { run }: CommandServices,
  context: EventContext,
  { deletion_id, kept_for_seconds }: DeletionWork,
  error: DeletionFailed['data']['error'],
) {
  return run(context, (unit) => record(unit, { type: 'FailDeletion', deletion_id, error, kept_for_seconds }))
}

/** Where the Flow is still there, its deletion was cut off from its request: it is made up for. */
async function start(
  unit: UnitOfWork,
  { order: { flow_id, delete_flow, flow_revision } }: OpenDeletion,
  { deletion_id, kept_for_seconds }: DeletionWork,
): Promise<DeletionAdvance> {
  const flow = await unit.load(flowStream, flow_id)
  if (delete_flow && flow.state.status === 'live') {
    if (flow.revision !== flow_revision) {
      await record(unit, { type: 'FailDeletion', deletion_id, error: FLOW_CHANGED, kept_for_seconds })
      return { deleted: 0, status: 'error' }
    }
    await removeFlow(unit, flow_id, deletion_id)
  }
  await record(unit, { type: 'StartDeletion', deletion_id })
  return { deleted: 0, status: 'open' }
}

const FLOW_CHANGED = {
  type: 'flow_changed',
  summary: 'the flow was changed after its deletion was asked for, and before it was carried out',
}

/** What has been done is recorded last: a log that is cut short in between then knows of less than there is. */
async function removeChunk(
  { catalog, mediaDeleteGraceSeconds }: CommandServices,
  unit: UnitOfWork,
  { order, timerange_remaining }: OpenDeletion,
  work: DeletionWork,
): Promise<DeletionAdvance> {
  const { deletion_id, kept_for_seconds, segmentsPerChunk = SEGMENTS_PER_CHUNK } = work
  const { flow_id, object_id, delete_flow } = order
  const flow = await unit.load(flowStream, flow_id)
  const complete = { type: 'CompleteDeletion', deletion_id, kept_for_seconds } as const
  if (delete_flow && flow.state.status === 'live') {
    // It was drained, or there would be no flow of this id again.
    await record(unit, complete)
    return { deleted: 0, status: 'done' }
  }
  const timeline = await unit.load(timelineStream, flow_id)
  await catalog.reached(await unit.confirm())
  const remaining = parseTimeRange(timerange_remaining)
  const range = delete_flow ? ETERNITY : remaining
  const seen = catalog.reader.segmentsWithin(flow_id, range, object_id, segmentsPerChunk + 1)
  const next = seen[segmentsPerChunk]
  const added = delete_flow ? emptyCoverage : await work.addedSince()
  // What a whole Flow held has had its grace before.
  const retires = delete_flow || mediaDeleteGraceSeconds === 0
  let deleted = 0
  for (const run of runsWithout(added, seen.slice(0, segmentsPerChunk))) {
    await removeSegments(unit, flow_id, run, { object_id, retires })
    deleted += run.length
  }
  if (!next) {
    // A catalog that shows less than there is has to come to itself first.
    if (delete_flow && !isTimelineEmpty(timeline.state)) throw new Overtaken()
    await record(unit, complete)
    return { deleted, status: 'done' }
  }
  const end = delete_flow ? catalog.reader.extent(flow_id, ETERNITY) : remaining
  const left = formatTimeRange(from(parseTimeRange(next.timerange), end))
  await record(unit, { type: 'RecordProgress', deletion_id, timerange_remaining: left })
  return { deleted, status: 'open' }
}

/** The segments that were there before, in runs with nothing of what was added between them. */
function runsWithout(added: Coverage, segments: readonly SeenSegment[]): readonly SeenSegment[][] {
  const runs: SeenSegment[][] = [[]]
  for (const segment of segments) {
    if (overlapWith(added, parseTimeRange(segment.timerange))) runs.push([])
    else runs.at(-1)!.push(segment)
  }
  return runs.filter((run) => run.length > 0)
}

/** From the start of one range to the end of another, which is no earlier. */
const from = (first: TimeRange, last: TimeRange): TimeRange =>
  first.kind === 'range' && last.kind === 'range'
    ? { kind: 'range', start: first.start, end: last.end }
    : first

async function record(unit: UnitOfWork, command: DeletionCommand): Promise<void> {
  const deletion = await unit.load(deletionStream, command.deletion_id)
  const decision = decideDeletion(command, deletion.state)
  if (decision.accepted) deletion.append(decision.events)
}
