import type { Router } from 'express'
import { getSource } from '../../../contracts/operations/get-source.ts'
import { getSources } from '../../../contracts/operations/get-sources.ts'
import { columnIs, sourceCollectedBy, tagExists, tagIsOneOf } from '../../catalog/conditions.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastSource } from '../history/past-source.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf, sortedFrom } from '../http/paging.ts'
import { renderSource } from './render-source.ts'

export function sourceRoutes(router: Router, services: ApiServices): void {
  const { catalog } = services

  mount(router, getSources, ({ query, queryPatterns, request }) => {
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.sources({
      conditions: [
        ...columnIs('label', query.label),
        ...columnIs('format', query.format),
        ...(query.collected_by_ids ? [sourceCollectedBy(query.collected_by_ids)] : []),
        ...[...queryPatterns['tag.{name}']].map(([name, values]) => tagIsOneOf('sources', name, values)),
        ...[...queryPatterns['tag_exists.{name}']].map(([name, exists]) =>
          tagExists('sources', name, exists),
        ),
      ],
      sort: query.sort_by,
      reverse: query.reverse_order,
      limit: paging.limit,
      ...sortedFrom(paging),
    })
    const json = `[${rows.map((row) => renderSource(catalog.reader, row)).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getSource, ({ params, query }) => {
    if (query.as_of !== undefined) return answerPastSource(services, params.sourceId, query.as_of)
    const row = catalog.reader.source(params.sourceId)
    if (!row) throw notFound('there is no such source')
    return { status: 200, json: renderSource(catalog.reader, row) }
  })
}
