import type { Router } from 'express'
import { deleteFlow as deleteFlowOperation } from '../../../contracts/operations/delete-flow.ts'
import { getFlow } from '../../../contracts/operations/get-flow.ts'
import { getFlows } from '../../../contracts/operations/get-flows.ts'
import { postFlowRestore } from '../../../contracts/operations/post-flow-restore.ts'
import { putFlow as putFlowOperation } from '../../../contracts/operations/put-flow.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import type { Access } from '../../../domain/access/access.ts'
import { accessOf } from '../../access/access-of.ts'
import type { FlowRow } from '../../catalog/flow-queries.ts'
import { deleteFlow } from '../../commands/delete-flow.ts'
import { type AskedFlow, putFlow } from '../../commands/put-flow.ts'
import { restoreFlow } from '../../commands/restore-flow.ts'
import { knownCollectors, readableIn, requireRead } from '../access/require-access.ts'
import { knownFlows, seenRow } from '../access/seen-references.ts'
import type { ApiServices } from '../api-services.ts'
import { answerDeletions } from '../deletions/answer-deletion.ts'
import { answerPastFlow } from '../history/past-flow.ts'
import { type Answer, answerEmpty } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf, sortedFrom } from '../http/paging.ts'
import { refusalFor } from '../http/rejection.ts'
import { flowConditions } from './flow-conditions.ts'
import { renderFlow } from './render-flow.ts'

export function flowRoutes(router: Router, services: ApiServices): void {
  const { catalog } = services
  const seenFlow = (access: Access, row: FlowRow) => seenRow(row, knownFlows(access, catalog.reader))

  mount(router, getFlows, ({ query, queryPatterns, request, response }) => {
    const access = accessOf(response)
    const { readable, tagValues } = readableIn(access, 'flows', queryPatterns['tag.{name}'])
    const { collected_by_ids } = query
    const asked =
      access && collected_by_ids
        ? {
            ...query,
            collected_by_ids: knownCollectors(collected_by_ids, knownFlows(access, catalog.reader)),
          }
        : query
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.flows({
      conditions: [...readable, ...flowConditions(asked, tagValues, queryPatterns['tag_exists.{name}'])],
      sort: query.sort_by === 'metadata_updated' ? 'updated' : query.sort_by,
      reverse: query.reverse_order,
      limit: paging.limit,
      ...sortedFrom(paging),
    })
    const seen = access ? rows.map((row) => seenFlow(access, row)) : rows
    const json = `[${seen.map((row) => renderFlow(row)).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getFlow, ({ params, query, response }) => {
    if (query.as_of !== undefined) {
      const { as_of, include_timerange, timerange } = query
      return answerPastFlow(services, {
        as_of,
        flow_id: params.flowId,
        ...(include_timerange && { timerange }),
      })
    }
    const found = catalog.reader.flow(params.flowId)
    if (!found) throw noSuchFlow()
    const access = accessOf(response)
    requireRead(access, found, noSuchFlow)
    const row = access ? seenFlow(access, found) : found
    const timerange = query.include_timerange
      ? catalog.reader.extent(row.id, parseTimeRange(query.timerange))
      : undefined
    return { status: 200, json: renderFlow(row, timerange) }
  })

  mount(router, putFlowOperation, async ({ params, body, request, response }): Promise<Answer> => {
    if (body.id !== params.flowId) throw badRequest('id: differs from the id in the path')
    // Of an inline Flow's profile_id, only its absence is left.
    const asked = body as AskedFlow
    const context = contextOf(request, response)
    const { outcome, position, isRepeat } = await putFlow(services, context, asked)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    if (isRepeat && outcome.created) {
      const then = await answerPastFlow(services, { as_of: String(position), flow_id: body.id })
      return { ...then, status: 201 }
    }
    const row = outcome.created ? catalog.reader.flow(body.id) : undefined
    const { access } = context
    const seen = row && access ? seenFlow(access, row) : row
    return seen ? { status: 201, json: renderFlow(seen) } : answerEmpty(204)
  })

  mount(router, deleteFlowOperation, async ({ params, request, response }) => {
    const context = contextOf(request, response)
    const { outcome, position, isRepeat } = await deleteFlow(services, context, params.flowId)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    if (!isRepeat) services.segmentsDeleted(outcome.deleted)
    await commandDone(services, response, position)
    const { deletion_id } = outcome
    return answerDeletions(services, request, response, deletion_id === undefined ? [] : [deletion_id])
  })

  mount(router, postFlowRestore, async ({ params, request, response }): Promise<Answer> => {
    const context = contextOf(request, response)
    const { deletionRetentionSeconds } = services
    const { outcome, position, isRepeat } = await restoreFlow(
      services,
      context,
      params.flowId,
      deletionRetentionSeconds,
    )
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const { access } = context
    // What it was restored to may tell of others by now: whoever repeats it sees the flow as it is.
    if (isRepeat && !access) {
      return answerPastFlow(services, { as_of: String(position), flow_id: params.flowId })
    }
    const row = catalog.reader.flow(params.flowId)
    if (!row) throw notFound('the flow was deleted as soon as it was restored')
    return { status: 200, json: renderFlow(access ? seenFlow(access, row) : row) }
  })
}

const noSuchFlow = () => notFound('there is no such flow')
