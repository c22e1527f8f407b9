import { z } from 'zod'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { formatTimestamp, type Timestamp } from '../../../contracts/time/timestamp.ts'
import { flowPath } from '../tams/flow-path.ts'
import { segmentPages } from '../tams/flow-segments.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'

/** What the service has of a Flow already. */
export type ExistingFlow = {
  readonly container: string | undefined
  /** The object of the segment that starts at a time, if one does. */
  objectStartingAt(start: Timestamp): string | undefined
}

const FlowHead = z.object({ container: z.string().optional() })

/**
 * Asks for a Flow and for where its segments start. About a hundred bytes a segment are kept.
 * @returns undefined where there is no such Flow
 */
export async function findExistingFlow(service: Service, flowId: string): Promise<ExistingFlow | undefined> {
  const flow = await service.find(flowPath(flowId))
  if (flow === undefined) return undefined
  const objects = new Map<string, string>()
  for await (const page of segmentPages(service, flowId, { accept_get_urls: '' })) {
    for (const { timerange, object_id } of page) {
      const range = parseTimeRange(timerange)
      if (range.kind === 'range' && range.start) objects.set(formatTimestamp(range.start.at), object_id)
    }
  }
  return {
    container: readAs(FlowHead, flow).container,
    objectStartingAt: (start) => objects.get(formatTimestamp(start)),
  }
}
