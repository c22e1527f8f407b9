import { randomUUID } from 'node:crypto'
import type { Router } from 'express'
import { deleteSource as deleteSourceOperation } from '../../../contracts/operations/delete-source.ts'
import { postSource } from '../../../contracts/operations/post-source.ts'
import { putSource as putSourceOperation } from '../../../contracts/operations/put-source.ts'
import { deleteSource } from '../../commands/delete-source.ts'
import { createSource, putSource } from '../../commands/put-source.ts'
import type { ApiServices } from '../api-services.ts'
import { answerDeletions } from '../deletions/answer-deletion.ts'
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
    const { id = randomUUID() } = body
    const context = contextOf(request, response)
    const { outcome, position } = await createSource(services, context, { id, ...body })
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return { status: 201, json: rendered(id), headers: { Location: `/sources/${id}` } }
  })

  mount(router, putSourceOperation, async ({ params, body, request, response }): Promise<Answer> => {
    if (body.id !== params.sourceId) throw badRequest('id: differs from the id in the path')
    const { outcome, position } = await putSource(services, contextOf(request, response), body)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return outcome.created ? { status: 201, json: rendered(body.id) } : answerEmpty(204)
  })

  mount(router, deleteSourceOperation, async ({ params, query, request, response }) => {
    const context = contextOf(request, response)
    const { outcome, position } = await deleteSource(services, context, params.sourceId, query)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    services.segmentsDeleted(outcome.deleted)
    await commandDone(services, response, position)
    return answerDeletions(services, request, response, outcome.deletion_ids)
  })
}
