import type { FlowSegment } from '../../../contracts/resources/flow-segment.ts'
import { formatTimeRange, parseTimeRange, type TimeRange } from '../../../contracts/time/timerange.ts'
import { extentOf } from '../../../contracts/time/timerange-algebra.ts'
import { Failure } from '../failure.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { mapInOrder } from '../ordered-map.ts'
import { bytesOf, type OpenObject, openObject } from '../tams/download-object.ts'
import { flowPath } from '../tams/flow-path.ts'
import { segmentPages } from '../tams/flow-segments.ts'
import type { Service } from '../tams/service.ts'

export type ExportJob = {
  readonly service: Service
  readonly flowId: string
  /** Canonical text. */
  readonly timerange: string
  /** Objects asked for before their turn has come. */
  readonly readAhead: number
}

export type ExportReport = {
  readonly segments: number
  readonly bytes: number
  /** What was written, of the Flow's timeline: gaps are not told. */
  readonly timerange: string
}

/** One object to write: a segment's, or the initialisation segment it needs. */
type Part = { readonly role: 'init' | 'media'; readonly segment: FlowSegment }

/** Few, since URLs expire while they wait for their turn. */
const PAGE_LENGTH = 50

/**
 * The media of the segments that overlap a timerange, whole and in order, as a stream of bytes; `report` is
 * complete when it ends.
 *
 * Objects are asked for ahead of their turn, but not read: what waits is in the network's buffers.
 * @throws Failure where the Flow does not exist, or has no segment there.
 */
export function exportFlow(job: ExportJob): { bytes: AsyncGenerator<Uint8Array>; report(): ExportReport } {
  let segments = 0
  let bytes = 0
  let extent: TimeRange = { kind: 'empty' }

  async function* read(): AsyncGenerator<Uint8Array> {
    const parts = partsOf(segmentsOf(job, job.timerange))
    const opened = mapInOrder(parts, job.readAhead, async (part) => ({
      part,
      object: await openPart(job, part),
    }))
    for await (const { part, object } of opened) {
      for await (const chunk of bytesOf(job.service, object)) {
        bytes += chunk.length
        yield chunk
      }
      if (part.role === 'init') continue
      segments += 1
      extent = extentOf([extent, parseTimeRange(part.segment.timerange)])
    }
    if (segments === 0) throw await nothingToExport(job)
  }
  return { bytes: read(), report: () => ({ segments, bytes, timerange: formatTimeRange(extent) }) }
}

async function* segmentsOf({ service, flowId }: ExportJob, timerange: string): AsyncGenerator<FlowSegment> {
  for await (const page of segmentPages(service, flowId, { timerange, limit: PAGE_LENGTH })) yield* page
}

/** Decoders need an initialisation segment at the beginning, and again wherever it changes. */
async function* partsOf(segments: AsyncIterable<FlowSegment>): AsyncGenerator<Part> {
  let currentInit: string | undefined
  for await (const segment of segments) {
    const neededInit = segment.init_object?.object_id
    if (neededInit !== undefined && neededInit !== currentInit) yield { role: 'init', segment }
    currentInit = neededInit
    yield { role: 'media', segment }
  }
}

async function openPart(job: ExportJob, part: Part): Promise<OpenObject> {
  try {
    return await openByUrls(job, part)
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.status !== 403) throw error
    // The URLs have expired: ask for the segment again.
    const { timerange, object_id } = part.segment
    for await (const segment of segmentsOf(job, timerange)) {
      if (segment.object_id === object_id) return openByUrls(job, { ...part, segment })
    }
    throw error
  }
}

function openByUrls({ service }: ExportJob, { role, segment }: Part): Promise<OpenObject> {
  const { object_id, get_urls = [] } = role === 'init' && segment.init_object ? segment.init_object : segment
  return openObject(service, object_id, get_urls)
}

async function nothingToExport({ service, flowId, timerange }: ExportJob): Promise<Failure> {
  const flow = await service.find(flowPath(flowId))
  if (flow === undefined) return new Failure(`there is no Flow ${flowId}`)
  const collectors = collectorsOf(flow)
  const hint =
    collectors.length > 0 ? `; its media may be in the Flow that collects it: ${collectors.join(', ')}` : ''
  return new Failure(`Flow ${flowId} has no segment in ${timerange}${hint}`)
}

function collectorsOf(flow: unknown): readonly string[] {
  if (typeof flow !== 'object' || flow === null || !('collected_by' in flow)) return []
  const { collected_by } = flow
  return Array.isArray(collected_by) ? collected_by.filter((id) => typeof id === 'string') : []
}
