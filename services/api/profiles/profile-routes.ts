import type { Router } from 'express'
import { getProfile } from '../../../contracts/operations/get-profile.ts'
import { getProfiles } from '../../../contracts/operations/get-profiles.ts'
import { postProfile } from '../../../contracts/operations/post-profile.ts'
import { columnIs } from '../../catalog/conditions.ts'
import { createProfile } from '../../commands/create-profile.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastProfile } from '../history/past-profile.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest, notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf } from '../http/paging.ts'
import { refusalFor } from '../http/rejection.ts'
import { renderProfile } from './render-profile.ts'

export function profileRoutes(router: Router, services: ApiServices): void {
  const { catalog } = services

  const profileJson = (id: string): string => {
    const row = catalog.reader.profile(id)
    if (!row) throw notFound('there is no such profile')
    return renderProfile(row)
  }

  mount(router, getProfiles, ({ query, request }) => {
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.profiles({
      conditions: [
        ...columnIs('format', query.format),
        ...columnIs('codec', query.codec),
        ...columnIs('label', query.label),
      ],
      sort: 'created',
      reverse: false,
      limit: paging.limit,
      ...(paging.from && { from: paging.from }),
    })
    const json = `[${rows.map(renderProfile).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getProfile, ({ params, query }) => {
    if (query.as_of !== undefined) return answerPastProfile(services, params.profileId, query.as_of)
    return { status: 200, json: profileJson(params.profileId) }
  })

  mount(router, postProfile, async ({ params, body, request, response }) => {
    if (body.id !== params.profileId) throw badRequest('id: differs from the id in the path')
    const { outcome, position } = await createProfile(services, contextOf(request, response), body)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    return { status: 201, json: profileJson(body.id) }
  })
}
