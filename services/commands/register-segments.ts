import type { SegmentRecord } from '../../contracts/events/timeline-events.ts'
import type { FlowSegmentPost } from '../../contracts/resources/flow-segment.ts'
import { type Coverage, cover } from '../../contracts/time/coverage.ts'
import { parseTimeRange } from '../../contracts/time/timerange.ts'
import type { Access } from '../../domain/access/access.ts'
import { type FlowRejection, refuseMedia, usesInitSegments } from '../../domain/flow/flow.ts'
import { decideObject, type ObjectRejection } from '../../domain/media-object/media-object.ts'
import { decideTimeline, type TimelineRejection } from '../../domain/timeline/timeline.ts'
import type { StorageBackends } from '../storage/storage-backends.ts'
import type { CommandServices } from './command-services.ts'
import type { CommandContext } from './event-context.ts'
import { recalledMedia } from './recalled-media.ts'
import { refuseFlow } from './refuse-access.ts'
import { type LabelRejection, refuseLabels } from './refuse-labels.ts'
import { refuseReuse, unreadableObjects } from './refuse-object.ts'
import { isRepeated } from './repeated-segment.ts'
import { recordOf } from './segment-record.ts'
import { referenceOf } from './segment-reference.ts'
import { flowStream, objectStream, timelineStream } from './stream-kind.ts'
import type { UnitOfWork } from './unit-of-work.ts'

export type SegmentRejection = TimelineRejection | ObjectRejection | LabelRejection

export type FailedSegment = {
  readonly object_id: string
  readonly timerange: string
  readonly rejection: SegmentRejection
}

export type RegisterSegmentsOutcome =
  | { readonly refused: FlowRejection }
  | { readonly failed: readonly FailedSegment[]; readonly registered: number }

/** Keeps one event well below what any log takes: about 200 bytes a segment. */
const SEGMENTS_PER_EVENT = 1000

/**
 * Registers each segment that can be; the others fail on their own. A segment that is on the timeline
 * already, just so, counts as registered: a producer may repeat what it got no answer to.
 * @see TAMS POST_flows-flowId-segments
 */
export function registerSegments(
  services: CommandServices,
  context: CommandContext,
  flow_id: string,
  segments: readonly FlowSegmentPost[],
) {
  const { access } = context
  return services.run(context, (unit) => decideRegistration(services, unit, flow_id, segments, access))
}

/** The same as part of a command. */
export async function decideRegistration(
  services: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  segments: readonly FlowSegmentPost[],
  access?: Access,
): Promise<RegisterSegmentsOutcome> {
  const flow = await unit.load(flowStream, flow_id)
  const refused = refuseFlow(access, flow.state, 'write') ?? refuseMedia(flow.state)
  if (refused || flow.state.status !== 'live') return { refused: refused ?? { reason: 'flow_not_found' } }

  const timeline = await unit.load(timelineStream, flow_id)
  const batch: Batch = {
    flow_id,
    storageBackends: services.storageBackends,
    needsInit: usesInitSegments(flow.state.flow),
    coverage: timeline.state.coverage,
    accepted: [],
    initReferences: new Map(),
  }
  const failed: Failure[] = []
  await unit.preload(
    objectStream,
    segments.map(({ object_id }) => object_id),
  )
  const unreadable = access && (await unreadableObjects(services, unit, access, flow_id, segments))
  for (const segment of segments) {
    const rejection =
      (unreadable && refuseReuse(unreadable, segment)) ??
      refuseLabels(services.storageBackends, segment.get_urls ?? []) ??
      (await addToBatch(unit, batch, segment))
    if (rejection) failed.push({ segment, rejection })
  }
  const fresh = await withoutRepeats(services, unit, flow_id, failed)
  await countInitReferences(unit, batch)
  timeline.append(segmentsAdded(flow_id, batch.accepted), { coverage: batch.coverage })
  return { failed: fresh.map(failedSegment), registered: segments.length - fresh.length }
}

type Failure = { readonly segment: FlowSegmentPost; readonly rejection: SegmentRejection }

const failedSegment = ({ segment: { object_id, timerange }, rejection }: Failure): FailedSegment => ({
  object_id,
  timerange,
  rejection,
})

/** What one request has decided so far: later segments of it must fit the earlier ones. */
type Batch = {
  readonly flow_id: string
  readonly storageBackends: StorageBackends
  readonly needsInit: boolean
  coverage: Coverage
  readonly accepted: SegmentRecord[]
  /** How many new media objects need each init object, beyond the first, which is on its stream already. */
  readonly initReferences: Map<string, number>
}

async function addToBatch(
  unit: UnitOfWork,
  batch: Batch,
  segment: FlowSegmentPost,
): Promise<SegmentRejection | undefined> {
  const { flow_id } = batch
  const range = parseTimeRange(segment.timerange)
  const record = recordOf(segment)
  const placed = decideTimeline({ type: 'AddSegment', flow_id, segment: record, range }, batch)
  if (!placed.accepted) return placed.rejection

  const object = await unit.load(objectStream, segment.object_id)
  const media = recalledMedia(batch.storageBackends, object.state)
  const referenced = decideObject(referenceOf(batch, segment, range, media), object.state)
  if (!referenced.accepted) return referenced.rejection
  const isNew = object.state.status !== 'registered'
  if (isNew && segment.init_object_id !== undefined) {
    const rejection = await referenceInit(unit, batch, segment.init_object_id)
    if (rejection) return rejection
  }
  object.appendBeside(referenced.events)
  batch.accepted.push(record)
  batch.coverage = cover(batch.coverage, range)
  return undefined
}

/** The first reference in a batch fixes the object's role at once; the others are counted, and added last. */
async function referenceInit(
  unit: UnitOfWork,
  { flow_id, storageBackends, initReferences }: Batch,
  object_id: string,
): Promise<SegmentRejection | undefined> {
  const init = await unit.load(objectStream, object_id)
  const media = recalledMedia(storageBackends, init.state)
  const reference = { type: 'ReferenceInit', object_id, flow_id, count: 1, ...(media && { media }) } as const
  const decision = decideObject(reference, init.state)
  if (!decision.accepted) return decision.rejection
  const counted = initReferences.get(object_id)
  if (counted === undefined) init.append(decision.events)
  initReferences.set(object_id, counted === undefined ? 0 : counted + 1)
  return undefined
}

async function countInitReferences(unit: UnitOfWork, { flow_id, initReferences }: Batch): Promise<void> {
  for (const [object_id, count] of initReferences) {
    if (count === 0) continue
    const init = await unit.load(objectStream, object_id)
    const decision = decideObject({ type: 'ReferenceInit', object_id, flow_id, count }, init.state)
    if (decision.accepted) init.append(decision.events)
  }
}

/** Drops from `failed` what overlaps only with itself: segments registered before, in every respect the same. */
async function withoutRepeats(
  { catalog }: CommandServices,
  unit: UnitOfWork,
  flow_id: string,
  failed: readonly Failure[],
): Promise<readonly Failure[]> {
  if (!failed.some(({ rejection }) => rejection.reason === 'segment_overlaps')) return failed
  await catalog.reached(await unit.confirm())
  return failed.filter(
    ({ segment, rejection }) =>
      rejection.reason !== 'segment_overlaps' || !isRepeated(catalog.reader, flow_id, segment),
  )
}

function segmentsAdded(flow_id: string, accepted: readonly SegmentRecord[]) {
  const chunks = Math.ceil(accepted.length / SEGMENTS_PER_EVENT)
  return Array.from({ length: chunks }, (_, chunk) => ({
    type: 'SegmentsAdded' as const,
    data: {
      flow_id,
      segments: accepted.slice(chunk * SEGMENTS_PER_EVENT, (chunk + 1) * SEGMENTS_PER_EVENT),
    },
  }))
}
