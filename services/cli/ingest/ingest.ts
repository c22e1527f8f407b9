import { z } from 'zod'
import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import { Failure } from '../failure.ts'
import { HttpFailure } from '../http/http-failure.ts'
import type { PlaylistSegment } from '../media/hls-playlist.ts'
import { MediaError } from '../media/media-error.ts'
import type { ResourceReader } from '../media/resource-reader.ts'
import { inReadyBatches, mapInOrder } from '../ordered-map.ts'
import type { Progress } from '../progress.ts'
import { flowPath } from '../tams/flow-path.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'
import type { FlowWishes } from './flow-setup.ts'
import { createTotals, type IngestTotals } from './ingest-totals.ts'
import { type OpenFlow, openFlow } from './open-flow.ts'
import type { SegmentInput } from './segment-input.ts'
import { segmentInspector } from './segment-inspector.ts'
import { type IncomingSegment, type PlacedSegment, placeSegments } from './segment-placement.ts'
import { registerAll, type StoredSegment, storedSegmentOf } from './segment-registration.ts'
import type { StateFile } from './state-file.ts'

export type IngestJob = {
  readonly service: Service
  readonly reader: ResourceReader
  readonly input: SegmentInput
  readonly state: StateFile
  readonly wishes: Omit<FlowWishes, 'targetDurationSeconds'>
  /** Where the media shall start on the Flow's timeline; otherwise its own times count. */
  readonly startAt: Timestamp | undefined
  /** Segments read, and segments uploaded, at a time. */
  readonly concurrency: number
  readonly progress: Progress
}

export type IngestReport = IngestTotals & {
  readonly flow_id: string
  readonly source_id: string
  /** The Flows of the tracks, where there are several. */
  readonly members: readonly { readonly flow_id: string; readonly source_id: string }[]
}

/** One request registers at most so many. */
const MAX_BATCH = 100

/**
 * Reads segments, uploads those the service does not have, and registers them in order.
 *
 * It may be killed at any moment: what is registered is found again by the state file, or by what the service
 * says, and is not uploaded twice.
 */
export async function ingest(job: IngestJob): Promise<IngestReport> {
  const { service, state, input, wishes, startAt, concurrency, progress } = job
  const { targetDurationSeconds, count } = input
  const flow = await openFlow({
    service,
    state,
    wishes: { ...wishes, targetDurationSeconds },
    segmentCount: count,
    allocationSize: 2 * concurrency,
    warn: progress.warn,
  })
  const totals = createTotals()
  progress.start(count)

  const incoming = mapInOrder(input.segments, concurrency, readingFor(flow, job))
  const placed = flow.settingUp(placeSegments(incoming, startAt, progress.warn))
  const stored = mapInOrder(placed, concurrency, (segment) => store(segment, flow))
  for await (const batch of inReadyBatches(stored, MAX_BATCH)) {
    await registerAll(service, flow.ids().flowId, state, batch)
    for (const segment of batch) totals.add(segment)
    progress.advance(
      batch.length,
      batch.reduce((bytes, { uploadedBytes }) => bytes + uploadedBytes, 0),
    )
  }

  const { flowId, sourceId, members } = flow.ids()
  const report = totals.report()
  if (report.segments_uploaded > 0) await saveBitRate(job, flowId, totals.averageBitRate())
  return {
    flow_id: flowId,
    source_id: sourceId,
    members: members.map((member) => ({ flow_id: member.flowId, source_id: member.sourceId })),
    ...report,
  }
}

/** Segments that are registered need not even be read. */
function readingFor(flow: OpenFlow, { reader, state, input, progress }: IngestJob) {
  const inspect = segmentInspector(reader)
  return async (segment: PlaylistSegment): Promise<IncomingSegment> => {
    const done = state.done.get(segment.key)
    if (done && flow.isPresent(done)) return { kind: 'done', done }
    try {
      return { kind: 'new', inspected: await inspect(segment) }
    } catch (error) {
      // Live media goes on, whatever becomes of one segment: it may be gone before it could be read.
      if (input.count !== undefined || !isLoss(error)) throw error
      progress.warn(`a segment was left out: ${error.message}`)
      return { kind: 'lost' }
    }
  }
}

function isLoss(error: unknown): error is Error {
  const isGone = error instanceof HttpFailure && (error.status === 404 || error.status === 410)
  return isGone || (error instanceof Error && error.cause instanceof MediaError)
}

async function store(segment: PlacedSegment, flow: OpenFlow): Promise<StoredSegment> {
  if (segment.kind === 'done') return { done: segment.done, post: undefined, uploadedBytes: 0 }
  const { local, init } = segment.inspected
  try {
    const presentId = flow.findPresent(segment)
    if (presentId !== undefined) return storedSegmentOf(segment, { objectId: presentId, isPresent: true })
    const uploads = flow.uploads()
    const initObjectId = init && (await uploads.uploadInit(init))
    const objectId = await uploads.upload(local.range)
    return storedSegmentOf(segment, { objectId, initObjectId, isPresent: false })
  } finally {
    await local.release()
  }
}

/** A Flow as the service has it: what it manages by itself is ignored when it comes back. */
const FlowBody = z.looseObject({ id: z.string() })

/** Now that all is known, it is exact. That it could not be told is no reason to call the ingest failed. */
async function saveBitRate(
  { service, progress }: IngestJob,
  flowId: string,
  rate: number | undefined,
): Promise<void> {
  if (rate === undefined) return
  try {
    const flow = readAs(FlowBody, await service.find(flowPath(flowId)))
    await service.write('PUT', flowPath(flowId), { ...flow, avg_bit_rate: rate })
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    progress.warn(`the average bit rate was not saved: ${error.message}`)
  }
}
