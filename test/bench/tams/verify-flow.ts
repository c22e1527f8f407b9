import { WrongAnswer } from '../load/exchange.ts'
import { objectIdAt, timerangeAt } from './nth-segment.ts'

type Segment = { readonly object_id: string; readonly timerange: string }

/** A place in a flow, by the page key the service named on the way to it. */
export type PlaceInFlow = { readonly pageKey: string; readonly index: number }

const LARGEST_PAGE = 1000

/**
 * Reads a flow through the API from its first to its last segment.
 * @returns the places the service named on the way, in order; none where the flow is one page
 * @throws WrongAnswer where a segment is missing, in the wrong place, or not one that was registered
 */
export async function verifyFlow(
  origin: string,
  flowId: string,
  count: number,
): Promise<readonly PlaceInFlow[]> {
  const places: PlaceInFlow[] = []
  let read = 0
  let page: string | null | undefined
  do {
    const parameters = new URLSearchParams({ limit: String(LARGEST_PAGE), ...(page && { page }) })
    const response = await fetch(`${origin}/flows/${flowId}/segments?${parameters}`)
    if (response.status !== 200) throw new WrongAnswer(`listing ${flowId} answered ${response.status}`)
    const segments = (await response.json()) as readonly Segment[]
    verifySegments(flowId, segments, (offset) => read + offset)
    read += segments.length
    page = response.headers.get('x-paging-nextkey')
    if (page) places.push({ pageKey: page, index: read })
  } while (page)
  if (read !== count)
    throw new WrongAnswer(`${flowId}: ${count} segments were acknowledged, ${read} are there`)
  return places
}

/** @throws WrongAnswer unless each segment is the one that `indexAt` its place says */
export function verifySegments(
  flowId: string,
  segments: readonly Segment[],
  indexAt: (offset: number) => number,
): void {
  for (const [offset, { object_id, timerange }] of segments.entries()) {
    const index = indexAt(offset)
    if (object_id === objectIdAt(flowId, index) && timerange === timerangeAt(index)) continue
    throw new WrongAnswer(`${flowId}: ${object_id} at ${timerange} is not segment ${index}`)
  }
}
