import type { Router } from 'express'
import { deleteFlow as deleteFlowOperation } from '../../../contracts/operations/delete-flow.ts'
import { getFlow } from '../../../contracts/operations/get-flow.ts'
import { getFlows } from '../../../contracts/operations/get-flows.ts'
import { putFlow as putFlowOperation } from '../../../contracts/operations/put-flow.ts'
import type { FlowMetadata } from '../../../contracts/resources/flow.ts'
import type { FlowPut } from '../../../contracts/resources/flow-put.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { deleteFlow } from '../../commands/delete-flow.ts'
import { putFlow } from '../../commands/put-flow.ts'
import type { ApiServices } from '../api-services.ts'
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

  mount(router, getFlows, ({ query, queryPatterns, request }) => {
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.flows({
      conditions: flowConditions(query, queryPatterns['tag.{name}'], queryPatterns['tag_exists.{name}']),
      sort: query.sort_by === 'metadata_updated' ? 'updated' : query.sort_by,
      reverse: query.reverse_order,
      limit: paging.limit,
      ...sortedFrom(paging),
    })
    const json = `[${rows.map((row) => renderFlow(catalog.reader, row)).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getFlow, ({ params, query }) => {
    const row = catalog.reader.flow(params.flowId)
    if (!row) throw notFound('there is no such flow')
    const timerange = query.include_timerange
      ? catalog.reader.extent(row.id, parseTimeRange(query.timerange))
      : undefined
    return { status: 200, json: renderFlow(catalog.reader, row, timerange) }
  })

  mount(router, putFlowOperation, async ({ params, body, request, response }): Promise<Answer> => {
    if (body.id !== params.flowId) throw badRequest('id: differs from the id in the path')
    const { outcome, position } = await putFlow(services, contextOf(request, response), metadataOf(body))
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const row = outcome.created ? catalog.reader.flow(body.id) : undefined
    return row ? { status: 201, json: renderFlow(catalog.reader, row) } : answerEmpty(204)
  })

  mount(router, deleteFlowOperation, async ({ params, request, response }) => {
    const context = contextOf(request, response)
    const { outcome } = await deleteFlow(services, context, params.flowId)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    const position = await services.drainFlow(contextOf(request, response), params.flowId)
    await commandDone(services, response, position)
    return answerEmpty(204)
  })
}

/** No service of this version has Profiles, so none of them exists. @see TAMS PUT_flows-flowId */
function metadataOf(body: FlowPut): FlowMetadata {
  if (body.format === undefined) throw badRequest('profile_id: there is no such profile')
  return body as FlowMetadata
}
