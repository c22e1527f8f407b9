import type { Router } from 'express'
import { postFlow } from '../../../contracts/operations/post-flow.ts'
import { newIdBy } from '../../commands/event-context.ts'
import { type AskedFlow, createFlow } from '../../commands/put-flow.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastFlow } from '../history/past-flow.ts'
import type { Answer } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'
import { renderFlow } from './render-flow.ts'

/** Not in TAMS, which creates Flows by PUT alone. */
export function flowCreateRoutes(router: Router, services: ApiServices): void {
  mount(router, postFlow, async ({ body, request, response }): Promise<Answer> => {
    const context = contextOf(request, response)
    const { id = newIdBy(context) } = body
    // Of an inline Flow's profile_id, only its absence is left.
    const flow = { ...body, id } as AskedFlow
    const { outcome, position, isRepeat } = await createFlow(services, context, flow)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const headers = { Location: `/flows/${id}` }
    if (isRepeat) {
      const then = await answerPastFlow(services, { as_of: String(position), flow_id: id })
      return { ...then, status: 201, headers }
    }
    const { reader } = services.catalog
    const row = reader.flow(id)
    if (!row) throw notFound('the flow was deleted as soon as it was made')
    return { status: 201, json: renderFlow(row), headers }
  })
}
