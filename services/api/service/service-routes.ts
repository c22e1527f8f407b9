import type { Router } from 'express'
import { API_VERSION } from '../../../contracts/operations/api-info.ts'
import { getRoot } from '../../../contracts/operations/get-root.ts'
import { getService } from '../../../contracts/operations/get-service.ts'
import { getStorageBackends } from '../../../contracts/operations/get-storage-backends.ts'
import { postService } from '../../../contracts/operations/post-service.ts'
import type { Service } from '../../../contracts/resources/service.ts'
import { accessOf } from '../../access/access-of.ts'
import { updateService } from '../../commands/update-service.ts'
import { backendsFor } from '../access/require-access.ts'
import type { ApiServices } from '../api-services.ts'
import { answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'
import { listBackends, renderBackend } from './list-backends.ts'

const TOP_LEVEL_PATHS = ['service', 'sources', 'flows', 'objects', 'flow-delete-requests']

export function serviceRoutes(router: Router, services: ApiServices): void {
  mount(router, getRoot, () => answerJson(200, TOP_LEVEL_PATHS))
  mount(router, getService, () => answerJson(200, describeService(services)))

  mount(router, postService, async ({ body, request, response }) => {
    const { position } = await updateService(services, contextOf(request, response), body)
    await commandDone(services, response, position)
    return answerEmpty(200)
  })

  mount(router, getStorageBackends, ({ query, queryPatterns, request, response }) => {
    const backends = backendsFor(accessOf(response), services.storageBackends, 'read')
    const paging = pagingOf(request, query, services.publicUrl())
    const { page, next } = listBackends(backends, {
      tagValues: queryPatterns['tag.{name}'],
      tagExists: queryPatterns['tag_exists.{name}'],
      reverse: query.reverse_order,
      limit: paging.limit,
      from: paging.from?.[0],
    })
    return answerJson(200, page.map(renderBackend), paging.headers(page.length, next && [next.id]))
  })
}

function describeService(services: ApiServices): Service {
  const row = services.catalog.reader.service()
  return {
    type: 'urn:x-tams:service.framelog',
    api_version: API_VERSION,
    service_version: services.serviceVersion,
    event_stream_mechanisms: [{ name: 'webhooks' }],
    min_object_timeout: `${services.minObjectTimeout}:0`,
    min_presigned_url_timeout: `${services.minPresignedUrlTimeout}:0`,
    ...(row?.name && { name: row.name }),
    ...(row?.description && { description: row.description }),
  }
}
