import type { CatalogWrite } from './catalog-write.ts'
import { EMPTY, type Facet } from './facets.ts'
import type { SegmentRow } from './segment-row.ts'
import { timeFacets, windowOf } from './time-facets.ts'

/** A flow that grows leaves its window about once an hour of media, and has its facets looked at then. */
export function noteSegment(
  { windows, staged }: CatalogWrite,
  flow_id: string,
  timeline: number,
  [start_s, , end_s]: SegmentRow,
): void {
  const window = windows.get(timeline)
  if (window && start_s >= window.low && end_s < window.high) return
  windows.delete(timeline)
  staged.relisted.flows.add(flow_id)
}

export function forgetExtent({ windows, staged }: CatalogWrite, flow_id: string, timeline: number): void {
  windows.delete(timeline)
  staged.relisted.flows.add(flow_id)
}

/** When a flow has content, from its first segment to its last, as its facets say it. */
export function extentFacets(
  { prepare, windows }: CatalogWrite,
  flow_id: string,
): readonly (Facet | number)[] {
  const timeline = prepare('SELECT key FROM timelines WHERE flow_id = ?').get(flow_id) as
    | { key: number }
    | undefined
  if (!timeline) return [EMPTY]
  const end = (order: 'ASC' | 'DESC') =>
    prepare(
      `SELECT start_s, end_s FROM segments WHERE timeline = ? ORDER BY start_s ${order}, start_ns ${order} LIMIT 1`,
    ).get(timeline.key) as { start_s: number; end_s: number } | undefined
  const [first, last] = [end('ASC'), end('DESC')]
  if (!first || !last) return [EMPTY]
  windows.set(timeline.key, { low: windowOf(first.start_s)[0], high: windowOf(last.end_s)[1] })
  return timeFacets(first.start_s, last.end_s)
}
