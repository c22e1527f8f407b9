import { z } from 'zod'
import { UsageFailure } from '../failure.ts'
import { PROMPT } from '../http/with-retries.ts'
import { HISTORY_COLUMNS, ListedEntry } from '../listing/history-columns.ts'
import { printPages } from '../listing/print-pages.ts'
import { flowPath } from '../tams/flow-path.ts'
import { readAs } from '../tams/read-as.ts'
import type { Service } from '../tams/service.ts'
import { withConnection } from './connection.ts'
import type { ServiceFlags } from './service-options.ts'

export type HistoryFlags = ServiceFlags & {
  readonly source?: boolean
  readonly segments?: boolean
  readonly reverse?: boolean
  readonly limit?: number
}

export async function runHistory(id: string, flags: HistoryFlags): Promise<void> {
  if (flags.source && flags.segments) throw new UsageFailure('only a Flow has segments')
  const options = { retries: PROMPT, connections: 1, isFollowing: false }
  await withConnection(flags, options, ({ service }) =>
    printPages(entriesOf(service, historyPath(id, flags)), HISTORY_COLUMNS, flags),
  )
}

function historyPath(id: string, { source, segments, reverse }: HistoryFlags): string {
  const path = source ? `sources/${encodeURIComponent(id)}/history` : flowPath(id, '/history')
  const query = new URLSearchParams({
    ...(segments && { include_segments: 'true' }),
    ...(reverse && { reverse_order: 'true' }),
  })
  return query.size === 0 ? path : `${path}?${query}`
}

async function* entriesOf(service: Service, path: string): AsyncGenerator<readonly ListedEntry[]> {
  for await (const page of service.pages(path)) yield readAs(z.array(ListedEntry), page)
}
