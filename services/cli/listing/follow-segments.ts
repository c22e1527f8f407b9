import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import {
  type Bound,
  EMPTY,
  formatTimeRange,
  parseTimeRange,
  type TimeRange,
} from '../../../contracts/time/timerange.ts'
import { intersect } from '../../../contracts/time/timerange-algebra.ts'
import { flowPath } from '../tams/flow-path.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'
import { ListedSegment } from './listing-columns.ts'

export type SegmentsQuery = {
  readonly service: Service
  readonly flowId: string
  readonly timerange: TimeRange
  /** With the URLs to get the media from: they are secrets for as long as they are valid. */
  readonly withUrls: boolean
}

/** Pages of a Flow's segments, in time order. */
export async function* listSegments(query: SegmentsQuery): AsyncGenerator<readonly ListedSegment[]> {
  const { service, flowId, timerange, withUrls } = query
  const parameters = new URLSearchParams({ timerange: formatTimeRange(timerange) })
  if (!withUrls) parameters.set('accept_get_urls', '')
  for await (const page of service.pages(flowPath(flowId, `/segments?${parameters}`))) {
    yield readAs(z.array(ListedSegment), page)
  }
}

/** As `listSegments`, and then whatever comes behind the last segment, asking every `intervalMs` until stopped. */
export async function* followSegments(
  query: SegmentsQuery,
  intervalMs: number,
  stopped: AbortSignal,
): AsyncGenerator<readonly ListedSegment[]> {
  let timerange = query.timerange
  while (!stopped.aborted) {
    for await (const page of listSegments({ ...query, timerange })) {
      const last = page.at(-1)
      if (!last) continue
      yield page
      timerange = behind(parseTimeRange(last.timerange), query.timerange)
    }
    if (timerange.kind === 'empty') return
    await delay(intervalMs, undefined, { signal: stopped }).catch(() => undefined)
  }
}

/** What is left of `within` behind `range`: segments come in order. */
function behind(range: TimeRange, within: TimeRange): TimeRange {
  if (range.kind === 'empty' || range.end === null) return EMPTY
  const start: Bound = { at: range.end.at, inclusive: !range.end.inclusive }
  return intersect(within, { kind: 'range', start, end: null })
}
