import type { Router } from 'express'
import { deleteSource as deleteSourceOperation } from '../../../contracts/operations/delete-source.ts'
import { postSource } from '../../../contracts/operations/post-source.ts'
import { putSource as putSourceOperation } from '../../../contracts/operations/put-source.ts'
import { deleteSource } from '../../commands/delete-source.ts'
import { newIdBy } from '../../commands/event-context.ts'
import { createSource, putSource } from '../../commands/put-source.ts'
import type { ApiServices } from '../api-services.ts'
import { answerDeletions } from '../deletions/answer-deletion.ts'
import { answerPastSource } from '../history/past-source.ts'
import { type Answer, answerEmpty } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'
import { renderSource } from './render-source.ts'

/** Not in TAMS, whose Sources come and go with their Flows. */
export function sourceWriteRoutes(router: Router, services: ApiServices): void {
  const rendered = (id: string): string => {
    const { reader } = services.catalog
    const row = reader.source(id)
    if (!row) throw notFound('the source was deleted as soon as it was made')
    return renderSource(row)
  }

  mount(router, postSource, async ({ body, request, response }) => {
    const context = contextOf(request, response)
    const { id = newIdBy(context) } = body
    const { outcome, position, isRepeat } = await createSource(services, context, { id, ...body })
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const headers = { Location: `/sources/${id}` }
    if (isRepeat) {
      return { ...(await answerPastSource(services, id, String(position))), status: 201, headers }
    }
    return { status: 201, json: rendered(id), headers }
  })

  mount(router, putSourceOperation, async ({ params, body, request, response }): Promise<Answer> => {
    if (body.id !== params.sourceId) throw badRequest('id: differs from the id in the path')
    const context = contextOf(request, response)
    const { outcome, position, isRepeat } = await putSource(services, context, body)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    if (isRepeat && outcome.created) {
      return { ...(await answerPastSource(services, body.id, String(position))), status: 201 }
    }
    return outcome.created ? { status: 201, json: rendered(body.id) } : answerEmpty(204)
  })

  mount(router, deleteSourceOperation, async ({ params, query, request, response }) => {
    const context = contextOf(request, response)
    const { outcome, position, isRepeat } = await deleteSource(services, context, params.sourceId, query)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    if (!isRepeat) services.segmentsDeleted(outcome.deleted)
    await commandDone(services, response, position)
    return answerDeletions(services, request, response, outcome.deletion_ids)
  })
}
