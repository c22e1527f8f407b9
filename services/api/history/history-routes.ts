import type { Request, Router } from 'express'
import { streamName } from '../../../contracts/events/stream-name.ts'
import { getFlowHistory } from '../../../contracts/operations/get-flow-history.ts'
import { getSourceHistory } from '../../../contracts/operations/get-source-history.ts'
import { MAX_HISTORY_LIMIT } from '../../../contracts/operations/history-paging.ts'
import { flowEntries } from '../../history/flow-history.ts'
import { historyPage } from '../../history/history-page.ts'
import { sourceEntries } from '../../history/source-history.ts'
import type { ApiServices } from '../api-services.ts'
import { type Answer, answerJson } from '../http/answer.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'

/** What happened to Flows and Sources, from their events: also to those that are no more. Not part of TAMS. */
export function historyRoutes(router: Router, services: ApiServices): void {
  mount(router, getFlowHistory, ({ params, query, request }) => {
    const stream = streamName.flow(params.flowId)
    const streams = query.include_segments ? [stream, streamName.timeline(params.flowId)] : [stream]
    return answerHistory(services, request, query, streams, flowEntries)
  })
  mount(router, getSourceHistory, ({ params, query, request }) =>
    answerHistory(services, request, query, [streamName.source(params.sourceId)], sourceEntries),
  )
}

/** @param streams the first is there if what was asked for ever was */
async function answerHistory(
  { log, publicUrl }: ApiServices,
  request: Request,
  query: { readonly limit?: number; readonly page?: string; readonly reverse_order: boolean },
  streams: readonly string[],
  entriesOf: typeof flowEntries | typeof sourceEntries,
): Promise<Answer> {
  const limit = Math.min(query.limit ?? MAX_HISTORY_LIMIT, MAX_HISTORY_LIMIT)
  const paging = pagingOf(request, { ...query, limit }, publicUrl())
  const [first] = await log.readStream(streams[0]!, 0, 1)
  if (!first) throw notFound('nothing of this id was ever here')
  const { events, next } = await historyPage(log, {
    streams,
    reverse: query.reverse_order,
    limit,
    ...(paging.from && { from: revisions(paging.from, streams.length) }),
  })
  return answerJson(200, await entriesOf(log, events), paging.headers(events.length, next))
}

function revisions(key: readonly (string | number)[], count: number): readonly number[] {
  const isRevision = (value: string | number) => Number.isSafeInteger(value) && Number(value) >= -1
  if (key.length !== count || !key.every(isRevision)) throw badRequest('page: is not a key of this list')
  return key.map(Number)
}
