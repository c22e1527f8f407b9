import type { Router } from 'express'
import { getSource } from '../../../contracts/operations/get-source.ts'
import { getSources } from '../../../contracts/operations/get-sources.ts'
import type { Access } from '../../../domain/access/access.ts'
import { accessOf } from '../../access/access-of.ts'
import { columnIs, sourceCollectedBy, tagExists, tagIsOneOf } from '../../catalog/conditions.ts'
import type { SourceRow } from '../../catalog/source-queries.ts'
import { knownCollectors, readableIn, requireRead } from '../access/require-access.ts'
import { knownSources, seenRow } from '../access/seen-references.ts'
import type { ApiServices } from '../api-services.ts'
import { answerPastSource } from '../history/past-source.ts'
import { notFound } from '../http/http-refusal.ts'
import { mount } from '../http/mount.ts'
import { pagingOf, sortedFrom } from '../http/paging.ts'
import { renderSource } from './render-source.ts'

export function sourceRoutes(router: Router, services: ApiServices): void {
  const { catalog } = services

  const seenSource = (access: Access, row: SourceRow) => seenRow(row, knownSources(access, catalog.reader))

  mount(router, getSources, ({ query, queryPatterns, request, response }) => {
    const access = accessOf(response)
    const { readable, tagValues } = readableIn(access, 'sources', queryPatterns['tag.{name}'])
    const { collected_by_ids: named } = query
    const collectors = access && named ? knownCollectors(named, knownSources(access, catalog.reader)) : named
    const paging = pagingOf(request, query, services.publicUrl())
    const { rows, next } = catalog.reader.sources({
      conditions: [
        ...readable,
        ...columnIs('label', query.label),
        ...columnIs('format', query.format),
        ...(collectors ? [sourceCollectedBy(collectors)] : []),
        ...[...tagValues].map(([name, values]) => tagIsOneOf('sources', name, values)),
        ...[...queryPatterns['tag_exists.{name}']].map(([name, exists]) =>
          tagExists('sources', name, exists),
        ),
      ],
      sort: query.sort_by,
      reverse: query.reverse_order,
      limit: paging.limit,
      ...sortedFrom(paging),
    })
    const seen = access ? rows.map((row) => seenSource(access, row)) : rows
    const json = `[${seen.map((row) => renderSource(row)).join(',')}]`
    return { status: 200, json, headers: paging.headers(rows.length, next) }
  })

  mount(router, getSource, ({ params, query, response }) => {
    if (query.as_of !== undefined) return answerPastSource(services, params.sourceId, query.as_of)
    const row = catalog.reader.source(params.sourceId)
    if (!row) throw noSuchSource()
    const access = accessOf(response)
    requireRead(access, row, noSuchSource)
    return { status: 200, json: renderSource(access ? seenSource(access, row) : row) }
  })
}

const noSuchSource = () => notFound('there is no such source')
