import type { Router } from 'express'
import { deleteFlowSegments } from '../../../contracts/operations/delete-flow-segments.ts'
import { getFlowSegments } from '../../../contracts/operations/get-flow-segments.ts'
import { postFlowSegments } from '../../../contracts/operations/post-flow-segments.ts'
import { formatTimeRange, parseTimeRange } from '../../../contracts/time/timerange.ts'
import { extentOf } from '../../../contracts/time/timerange-algebra.ts'
import { type Access, isGranted, isKnown } from '../../../domain/access/access.ts'
import { accessOf } from '../../access/access-of.ts'
import { type ListedSegment, listedOfRow, objectIdOf } from '../../catalog/listed-segments.ts'
import type { SegmentPage, SegmentPageRequest } from '../../catalog/segment-queries.ts'
import { deleteSegments } from '../../commands/delete-segments.ts'
import { registerSegments } from '../../commands/register-segments.ts'
import type { ApiServices } from '../api-services.ts'
import { answerDeletions } from '../deletions/answer-deletion.ts'
import { positionAsOf } from '../history/as-of.ts'
import { pastSegments } from '../history/past-segments.ts'
import { type Answer, answerEmpty, answerJson } from '../http/answer.ts'
import { commandDone, contextOf } from '../http/command-request.ts'
import { badRequest } from '../http/http-refusal.ts'
import { type Asked, type Handler, mount } from '../http/mount.ts'
import { type Paging, pagingOf } from '../http/paging.ts'
import { POSITION_HEADER } from '../http/read-at-least.ts'
import { refusalFor } from '../http/rejection.ts'
import { urlSelection } from '../objects/url-selection.ts'
import { failedSegment } from './failed-segment.ts'
import { receiveSegment } from './receive-segment.ts'
import { renderSegments } from './render-segments.ts'
import { segmentTagRoutes } from './segment-tag-routes.ts'

/** Enough for 5,000 segments with several URLs each. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

export function segmentRoutes(router: Router, services: ApiServices): void {
  const { catalog, storageBackends } = services

  /** A Flow that is hidden has no segments, as one that is not there. @throws HttpRefusal 403 */
  const isReadable = (access: Access, flow_id: string): boolean => {
    const classes = catalog.reader.flowClasses(flow_id)
    if (!classes || !isKnown(access, classes)) return false
    if (isGranted(access, classes, 'read')) return true
    throw refusalFor({ reason: 'permission_missing', permission: 'read' })
  }

  mount(router, getFlowSegments, (asked) => {
    const { params, query, request, response } = asked
    if (query.as_of !== undefined) return listPast(asked, query.as_of)
    const paging = pagingOf(request, query, services.publicUrl())
    const access = accessOf(response)
    const exists = access ? isReadable(access, params.flowId) : catalog.reader.hasFlow(params.flowId)
    const listed = () => catalog.reader.listed(pageRequest(asked, paging), query.include_object_timerange)
    return answerPage(asked, paging, exists ? listed() : NOTHING)
  })

  /** A time is resolved once: the pages that follow are of the same position. */
  const listPast = async (asked: AskedSegments, as_of: string): Promise<Answer> => {
    if (isTagFiltered(asked)) throw badRequest('as_of: cannot be combined with tags, which are of today')
    const position = String(await positionAsOf(services, as_of))
    const paging = pagingOf(asked.request, asked.query, services.publicUrl(), { as_of: position })
    const page = await pastSegments(services, pageRequest(asked, paging), Number(position))
    const rows = page.rows.map((row) => listedOfRow(row, asked.query.include_object_timerange))
    const answer = answerPage(asked, paging, { ...page, rows })
    return { ...answer, headers: { ...answer.headers, [POSITION_HEADER]: position } }
  }

  const answerPage = (
    { params, query, queryPatterns }: AskedSegments,
    paging: Paging,
    { rows, next, isTagged }: SegmentPage<ListedSegment>,
  ): Answer => {
    const wanted = {
      tagValues: queryPatterns['storage_backend_tag.{name}'],
      tagExists: queryPatterns['storage_backend_tag_exists.{name}'],
      ...query,
    }
    const renderUrls = urlSelection(storageBackends, catalog.reader, wanted, services.now())
    const headers = paging.headers(rows.length, next)
    headers['X-Paging-Timerange'] = coveredBy(rows)
    const objects = () => rows.map(objectIdOf)
    const segmentTags = isTagged && catalog.reader.segmentTagsOf(params.flowId, objects())
    const json = renderSegments(catalog.reader, rows, renderUrls, segmentTags || undefined)
    return { status: 200, json, headers }
  }

  const register: Handler<typeof postFlowSegments> = async ({ params, body, request, response }) => {
    const segments = Array.isArray(body) ? body : [body]
    const context = contextOf(request, response)
    const { outcome, position } = await registerSegments(services, context, params.flowId, segments)
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    const { failed } = outcome
    if (failed.length === 0) return answerEmpty(201)
    if (!Array.isArray(body)) throw refusalFor(failed[0]!.rejection)
    return answerJson(200, {
      failed_segments: failed.map((failure) => failedSegment(failure, services.now())),
    })
  }
  mount(router, postFlowSegments, register, MAX_BODY_BYTES, receiveSegment(services))

  mount(router, deleteFlowSegments, async ({ params, query, request, response }) => {
    const { outcome, position, isRepeat } = await deleteSegments(
      services,
      contextOf(request, response),
      params.flowId,
      {
        range: parseTimeRange(query.timerange),
        ...(query.object_id !== undefined && { object_id: query.object_id }),
      },
    )
    if ('refused' in outcome) throw refusalFor(outcome.refused)
    await commandDone(services, response, position)
    if ('deletion_id' in outcome) return answerDeletions(services, request, response, [outcome.deletion_id])
    if (!isRepeat) services.segmentsDeleted(outcome.deleted)
    return answerEmpty(204)
  })

  segmentTagRoutes(router, services)
}

type AskedSegments = Asked<typeof getFlowSegments>

const NOTHING: SegmentPage<ListedSegment> = { rows: [], next: undefined }

const pageRequest = (
  { params, query, queryPatterns }: AskedSegments,
  { limit, from }: Paging,
): SegmentPageRequest => ({
  flow_id: params.flowId,
  range: parseTimeRange(query.timerange),
  reverse: query.reverse_order,
  limit,
  ...(query.object_id !== undefined && { object_id: query.object_id }),
  tags: { tagValues: queryPatterns['tag.{name}'], tagExists: queryPatterns['tag_exists.{name}'] },
  ...(from && { from: timeKey(from) }),
})

const isTagFiltered = ({ queryPatterns }: AskedSegments): boolean =>
  queryPatterns['tag.{name}'].size + queryPatterns['tag_exists.{name}'].size > 0

/** What a page of rows covers, in either direction; `()` for none. */
function coveredBy(rows: readonly ListedSegment[]): string {
  const ends = [rows[0], rows.at(-1)].filter((row) => row !== undefined)
  return formatTimeRange(extentOf(ends.map(([timerange]) => parseTimeRange(timerange))))
}

function timeKey([seconds, nanoseconds]: readonly (string | number)[]): readonly [number, number] {
  if (!Number.isInteger(seconds) || !Number.isInteger(nanoseconds)) {
    throw badRequest('page: is not a key of this list')
  }
  return [seconds as number, nanoseconds as number]
}
