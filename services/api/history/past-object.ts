import type { ObjectQueries, ObjectRow } from '../../catalog/object-queries.ts'
import { flowsUsing, replayObject } from '../../history/past-object.ts'
import type { ApiServices } from '../api-services.ts'
import { type Answer, answerJson } from '../http/answer.ts'
import { notFound } from '../http/http-refusal.ts'
import type { Paging } from '../http/paging.ts'
import { renderObject } from '../objects/render-object.ts'
import { type UrlRequest, urlSelection } from '../objects/url-selection.ts'
import { answerAsOf } from './as-of.ts'

type Asked = {
  readonly as_of: string
  readonly object_id: string
  readonly urls: UrlRequest
  readonly withChecksums: boolean
  /** @param position the one that `as_of` stands for */
  readonly pagingAt: (position: number) => Paging
}

/** An object as it was, its URLs made now. @see TAMS GET_objects */
export function answerPastObject(services: ApiServices, asked: Asked): Promise<Answer> {
  const { as_of, object_id, urls, withChecksums, pagingAt } = asked
  return answerAsOf(services, as_of, async (past, then) => {
    await replayObject(past, then, object_id)
    const row = then.reader.object(object_id)
    if (!row || row.role === null) throw notFound('there was no such object then, or no segment had used it')
    const paging = pagingAt(past.position)
    const { flows, next } = await flowsUsing(past, services.catalog.reader, row, {
      after: String(paging.from?.[0] ?? ''),
      limit: paging.limit,
    })
    const reader = withoutLostBytes(then.reader, services.catalog.reader)
    const renderUrls = urlSelection(services.storageBackends, reader, urls, services.now())
    const headers = paging.headers(flows.length, next === undefined ? undefined : [next])
    const rendering = { renderUrls, withChecksums }
    return answerJson(
      200,
      renderObject(reader, located(row, services.catalog.reader), flows, rendering),
      headers,
    )
  })
}

/** Reads objects as they were, but for the bytes of those that are retired by now. */
const withoutLostBytes = (then: ObjectQueries, now: ObjectQueries): ObjectQueries => ({
  ...then,
  object: (id) => {
    const row = then.object(id)
    return row && located(row, now)
  },
})

const located = (row: ObjectRow, now: ObjectQueries): ObjectRow =>
  now.object(row.id) ? row : { ...row, storage_id: null, key: null }
