import type { Request, Router } from 'express'
import { deleteObject as deleteObjectOperation } from '../../../contracts/operations/delete-object.ts'
import { getObject } from '../../../contracts/operations/get-object.ts'
import { postObjects } from '../../../contracts/operations/post-objects.ts'
import type { Access } from '../../../domain/access/access.ts'
import { accessOf } from '../../access/access-of.ts'
import type { CatalogReader } from '../../catalog/catalog-reader.ts'
import { tagExists, tagIsOneOf } from '../../catalog/conditions.ts'
import type { ObjectRow } from '../../catalog/object-queries.ts'
import { deleteObject } from '../../commands/delete-object.ts'
import { mayUseObject } from '../../commands/refuse-object.ts'
import { registerObject } from '../../commands/register-object.ts'
import { readableIn } from '../access/require-access.ts'
import { knownFlows, seenIds } from '../access/seen-references.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastObject } from '../history/past-object.ts'
import { answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'
import { refusalFor } from '../http/rejection.ts'
import { instanceRoutes } from './instance-routes.ts'
import { renderObject } from './render-object.ts'
import { urlSelection } from './url-selection.ts'

export function objectRoutes(router: Router, services: ApiServices): void {
  const { catalog, storageBackends } = services

  /** An object as it was when it was registered. */
  const registeredThen = (request: Request, object_id: string, position: number) =>
    answerPastObject(services, {
      as_of: String(position),
      object_id,
      urls: {},
      withChecksums: false,
      pagingAt: () => pagingOf(request, {}, services.publicUrl()),
    })

  mount(router, getObject, ({ params, query, queryPatterns, request, response }) => {
    const wanted = {
      tagValues: queryPatterns['storage_backend_tag.{name}'],
      tagExists: queryPatterns['storage_backend_tag_exists.{name}'],
      ...query,
    }
    if (query.as_of !== undefined) {
      if (queryPatterns['flow_tag.{name}'].size + queryPatterns['flow_tag_exists.{name}'].size > 0) {
        throw badRequest('as_of: cannot be combined with flow_tag or flow_tag_exists')
      }
      return answerPastObject(services, {
        as_of: query.as_of,
        object_id: params.objectId,
        urls: wanted,
        withChecksums: query.include_checksums,
        pagingAt: (position) => pagingOf(request, query, services.publicUrl(), { as_of: String(position) }),
      })
    }
    const row = catalog.reader.object(params.objectId)
    // Allocated is not yet registered: TAMS wants a 404 until a segment uses the object.
    if (!row || row.role === null) throw noSuchObject()
    const access = accessOf(response)
    if (access) requireReadOfObject(catalog.reader, access, row.id)
    const { readable, tagValues } = readableIn(access, 'flows', queryPatterns['flow_tag.{name}'])
    const paging = pagingOf(request, query, services.publicUrl())
    const conditions = [
      ...readable,
      ...[...tagValues].map(([name, values]) => tagIsOneOf('flows', name, values)),
      ...[...queryPatterns['flow_tag_exists.{name}']].map(([name, yes]) => tagExists('flows', name, yes)),
    ]
    const after = String(paging.from?.[0] ?? '')
    const flows = catalog.reader.flowsOf(row, { conditions, after, limit: paging.limit + 1 })
    const page = flows.slice(0, paging.limit)
    const renderUrls = urlSelection(storageBackends, catalog.reader, wanted, services.now())
    const headers = paging.headers(page.length, flows.length > page.length ? [page.at(-1) ?? ''] : undefined)
    const rendering = { renderUrls, withChecksums: query.include_checksums }
    const seen = access ? seenObject(catalog.reader, access, row) : row
    return answerJson(200, renderObject(catalog.reader, seen, page, rendering), headers)
  })

  mount(router, postObjects, async ({ body, request, response }) => {
    const context = contextOf(request, response)
    const { outcome, position, isRepeat } = await registerObject(services, context, body)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const headers = { Location: `/objects/${encodeURIComponent(body.id)}` }
    if (isRepeat) return { ...(await registeredThen(request, body.id, position)), status: 201, headers }
    const row = catalog.reader.object(body.id)
    if (!row) throw notFound('the object was deleted meanwhile')
    const renderUrls = urlSelection(storageBackends, catalog.reader, {}, services.now())
    const rendering = { renderUrls, withChecksums: false }
    return answerJson(201, renderObject(catalog.reader, row, [], rendering), headers)
  })

  mount(router, deleteObjectOperation, async ({ params, request, response }) => {
    const context = contextOf(request, response)
    const { outcome, position } = await deleteObject(services, context, params.objectId)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return answerEmpty(204)
  })

  instanceRoutes(router, services)
}

const noSuchObject = () => notFound('there is no such object, or no segment has used it yet')

/** To whom no Flow shows it, it is not there: its URLs are its content. */
function requireReadOfObject(reader: CatalogReader, access: Access, object_id: string): void {
  if (mayUseObject(reader, access, object_id, 'read')) return
  if (!mayUseObject(reader, access, object_id, 'known')) throw noSuchObject()
  throw refusalFor({ reason: 'permission_missing', permission: 'read' })
}

function seenObject(reader: CatalogReader, access: Access, row: ObjectRow): ObjectRow {
  const first = row.first_flow_id === null ? [] : seenIds([row.first_flow_id], knownFlows(access, reader))
  return { ...row, first_flow_id: first[0] ?? null }
}
