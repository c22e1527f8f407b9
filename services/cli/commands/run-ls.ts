import { z } from 'zod'
import { Failure, UsageFailure } from '../failure.ts'
import { PROMPT } from '../http/with-retries.ts'
import { followSegments, listSegments } from '../listing/follow-segments.ts'
import { FLOW_COLUMNS, ListedResource, SEGMENT_COLUMNS, SOURCE_COLUMNS } from '../listing/listing-columns.ts'
import { printPages } from '../listing/print-pages.ts'
import { flowPath } from '../tams/flow-path.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'
import { withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'
import { timerangeFlag } from './timerange-flag.ts'

export type ListFlags = ServiceFlags & {
  readonly limit?: number
  readonly timerange: string
  readonly urls?: boolean
  readonly follow?: boolean
  readonly interval: number
}

export type Listed = 'flows' | 'sources' | 'segments'

export async function runLs(what: Listed, flowId: string | undefined, flags: ListFlags): Promise<void> {
  requireFitting(what, flowId, flags)
  const options = { retries: PROMPT, connections: 1, isFollowing: flags.follow ?? false }
  await withConnection(flags, options, ({ service, stopped }) => {
    switch (what) {
      case 'flows':
        return printPages(resourcesOf(service, what), FLOW_COLUMNS, flags)
      case 'sources':
        return printPages(resourcesOf(service, what), SOURCE_COLUMNS, flags)
      case 'segments':
        return printSegments(service, flowId ?? '', flags, stopped)
    }
  })
}

function requireFitting(what: Listed, flowId: string | undefined, { follow, timerange }: ListFlags): void {
  timerangeFlag(timerange)
  if (what === 'segments') {
    if (flowId === undefined) throw new UsageFailure('ls segments needs the id of a Flow')
    return
  }
  if (flowId !== undefined) throw new UsageFailure(`ls ${what} takes no id`)
  if (follow) throw new UsageFailure('only segments can be followed')
}

async function* resourcesOf(
  service: Service,
  what: 'flows' | 'sources',
): AsyncGenerator<readonly ListedResource[]> {
  for await (const page of service.pages(what)) yield readAs(z.array(ListedResource), page)
}

async function printSegments(
  service: Service,
  flowId: string,
  flags: ListFlags,
  stopped: AbortSignal,
): Promise<void> {
  const { timerange, urls = false, json = false, follow = false, interval } = flags
  const query = { service, flowId, timerange: timerangeFlag(timerange), withUrls: urls && json }
  // Of a Flow that does not exist, a service lists no segments.
  if ((await service.find(flowPath(flowId))) === undefined) throw new Failure(`there is no Flow ${flowId}`)
  const pages = follow ? followSegments(query, interval, stopped) : listSegments(query)
  await printPages(pages, SEGMENT_COLUMNS, flags)
}
