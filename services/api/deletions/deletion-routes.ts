import type { Router } from 'express'
import { getFlowDeleteRequest } from '../../../contracts/operations/get-flow-delete-request.ts'
import { getFlowDeleteRequests } from '../../../contracts/operations/get-flow-delete-requests.ts'
import { postFlowDeleteRequests } from '../../../contracts/operations/post-flow-delete-requests.ts'
import type { DeletionRequestPost } from '../../../contracts/resources/deletion-request.ts'
import { ETERNITY, parseTimeRange } from '../../../contracts/time/timerange.ts'
import { type DeletionRow, unexpired } from '../../catalog/deletion-queries.ts'
import { type AskedDeletion, refuseDeletionOf, requestDeletion } from '../../commands/request-deletion.ts'
import type { ApiServices } from '../api-services.ts'
import { answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'
import { refusalFor } from '../http/rejection.ts'
import { answerAccepted } from './answer-deletion.ts'
import { renderDeletion } from './render-deletion.ts'

export function deletionRoutes(router: Router, services: ApiServices): void {
  const { catalog, now } = services

  const shown = (id: string): DeletionRow => {
    const row = catalog.reader.deletionRequest(id)
    if (!row || (row.expiry_ms !== null && row.expiry_ms <= now())) {
      throw noSuchRequest()
    }
    return row
  }

  mount(router, getFlowDeleteRequests, ({ query, request }) => {
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.deletionRequests({
      conditions: [unexpired(now())],
      sort: query.sort_by,
      reverse: query.reverse_order,
      limit: paging.limit,
      ...(paging.from && { from: paging.from }),
    })
    return answerJson(200, rows.map(renderDeletion), paging.headers(rows.length, next))
  })

  mount(router, getFlowDeleteRequest, async ({ params, request, response }) => {
    const row = shown(params['request-id'])
    const context = contextOf(request, response)
    const refused = context.access && (await refuseDeletionOf(services, context, row.flow_id))
    if (refused?.reason === 'flow_not_found') throw noSuchRequest()
    if (refused) throw refusalFor(refused)
    return answerJson(200, renderDeletion(row))
  })

  mount(router, postFlowDeleteRequests, async ({ body, request, response }) => {
    const { outcome, position } = await requestDeletion(services, contextOf(request, response), askedBy(body))
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return answerAccepted(services, request, shown(outcome.deletion_id))
  })
}

const noSuchRequest = () => notFound('there is no such deletion request')

function askedBy({ delete_flow = false, ...asked }: DeletionRequestPost): AskedDeletion {
  const { flow_id, timerange, object_id, held = true } = asked
  if (delete_flow) return { flow_id, delete_flow, held }
  return {
    flow_id,
    delete_flow,
    range: timerange === undefined ? ETERNITY : parseTimeRange(timerange),
    ...(object_id !== undefined && { object_id }),
  }
}
