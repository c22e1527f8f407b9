import type { Response, Router } from 'express'
import { deleteObjectInstances } from '../../../contracts/operations/delete-object-instances.ts'
import { postObjectInstances } from '../../../contracts/operations/post-object-instances.ts'
import {
  addUrl,
  type InstanceOutcome,
  removeInstance,
  requestInstance,
} from '../../commands/object-instances.ts'
import type { CommandResult } from '../../commands/run-command.ts'
import type { ApiServices } from '../api-services.ts'
import { answerEmpty } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'
import { backendFor } from '../storage/backend-for.ts'

export function instanceRoutes(router: Router, services: ApiServices): void {
  const done = async (
    command: Promise<CommandResult<InstanceOutcome>>,
    response: Response,
  ): Promise<void> => {
    const { outcome, position } = await command
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
  }

  mount(router, postObjectInstances, async ({ params, body, request, response }) => {
    const context = contextOf(request, response)
    const { storage_id, url = '', label = '' } = body
    if (storage_id === undefined) {
      await done(addUrl(services, context, params.objectId, { label, url }), response)
      return answerEmpty(201)
    }
    const backend = backendFor(services, storage_id, context.access)
    await done(requestInstance(services, context, params.objectId, backend, services.now()), response)
    return answerEmpty(201)
  })

  mount(router, deleteObjectInstances, async ({ params, query, request, response }) => {
    const { storage_id, label } = query
    if ((storage_id === undefined) === (label === undefined)) {
      throw badRequest('query: must have either storage_id or label')
    }
    const named = storage_id !== undefined ? { storage_id } : { label: label ?? '' }
    const context = contextOf(request, response)
    await done(removeInstance(services, context, params.objectId, named), response)
    return answerEmpty(204)
  })
}
