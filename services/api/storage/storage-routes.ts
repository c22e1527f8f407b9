import type { Router } from 'express'
import { postFlowStorage } from '../../../contracts/operations/post-flow-storage.ts'
import { MAX_OBJECTS_PER_REQUEST } from '../../../contracts/resources/flow-storage.ts'
import { allocateStorage } from '../../commands/allocate-storage.ts'
import { newObjectId } from '../../storage/object-id.ts'
import type { ApiServices } from '../api-services.ts'
import { answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { mount } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'
import { backendFor } from './backend-for.ts'

const DEFAULT_OBJECTS = 10

export function storageRoutes(router: Router, services: ApiServices): void {
  mount(router, postFlowStorage, async ({ params, body, request, response }) => {
    const context = contextOf(request, response)
    const backend = backendFor(services, body.storage_id, context.access)
    const { presigned = true } = body
    const nowMs = services.now()
    const limit = Math.min(body.limit ?? DEFAULT_OBJECTS, MAX_OBJECTS_PER_REQUEST)
    const { outcome, position } = await allocateStorage(services, context, {
      flow_id: params.flowId,
      object_ids: body.object_ids ?? Array.from({ length: limit }, () => newObjectId(nowMs)),
      backend,
      presigned,
      nowMs,
      ...(body.content_type !== undefined && { content_type: body.content_type }),
    })
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const { store } = backend
    const media_objects = outcome.allocated.map(({ object_id, key, content_type }) => {
      const url = presigned ? store.putUrl(key, content_type, nowMs) : store.plainUrl(key)
      return { object_id, put_url: { url, 'content-type': content_type }, presigned }
    })
    return answerJson(201, { media_objects })
  })
}
