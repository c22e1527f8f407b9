import { z } from 'zod'
import {
  FailedSegments,
  FlowSegment,
  type FlowSegmentPost,
} from '../../../contracts/resources/flow-segment.ts'
import { HttpFailure } from '../http/http-failure.ts'
import { flowPath } from './flow-path.ts'
import { readAs } from './read-as.ts'
import type { Service } from './service.ts'

export type SegmentQuery = {
  readonly timerange?: string
  /** Empty for no `get_urls`: they are the costly part of an answer. */
  readonly accept_get_urls?: ''
  readonly limit?: number
}

/** The Flow Segments that overlap a timerange, in time order, page by page. */
export async function* segmentPages(
  service: Service,
  flowId: string,
  query: SegmentQuery,
): AsyncGenerator<readonly FlowSegment[]> {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value))
  for await (const page of service.pages(flowPath(flowId, `/segments?${parameters}`))) {
    yield readAs(z.array(FlowSegment), page)
  }
}

export type RefusedSegment = { readonly objectId: string; readonly reason: string }

/** Registers Flow Segments in one request. @returns those that were refused; the others stand. */
export async function registerSegments(
  service: Service,
  flowId: string,
  segments: readonly FlowSegmentPost[],
): Promise<readonly RefusedSegment[]> {
  try {
    const answer = FailedSegments.safeParse(
      await service.write('POST', flowPath(flowId, '/segments'), segments),
    )
    if (!answer.success) return []
    return answer.data.failed_segments.map(({ object_id, error }) => ({
      objectId: object_id,
      reason: error?.summary ?? 'the service gives no reason',
    }))
  } catch (error) {
    // A list of one that is refused may be answered as a whole.
    if (!(error instanceof HttpFailure) || error.status !== 400) throw error
    return segments.map(({ object_id }) => ({ objectId: object_id, reason: error.message }))
  }
}
