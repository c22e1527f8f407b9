import { InvalidRequest, parseBody } from '../../../contracts/http/parse-request.ts'
import type { postFlowSegments } from '../../../contracts/operations/post-flow-segments.ts'
import { FlowSegmentForm, type FlowSegmentPost } from '../../../contracts/resources/flow-segment.ts'
import { parseTimeRange } from '../../../contracts/time/timerange.ts'
import { uploadSegment } from '../../commands/upload-segment.ts'
import { newObjectId } from '../../storage/object-id.ts'
import type { ApiServices } from '../api-services.ts'
import { commandDone, contextOf, refuseKey } from '../http/command-request.ts'
import type { FormHandler } from '../http/mount.ts'
import { refusalFor } from '../http/rejection.ts'
import { announcedChecksums } from '../media/announced-checksums.ts'
import { mediaRefusal } from '../media/media-refusal.ts'
import { discardRest } from '../media/upload-body.ts'
import { urlSelection } from '../objects/url-selection.ts'
import { backendFor } from '../storage/backend-for.ts'
import { renderSegments } from './render-segments.ts'
import { readSegmentForm } from './segment-form.ts'

/** A connection on which nothing moves for this long is closed. */
const IDLE_TIMEOUT_MS = 60_000

/** Takes a Flow Segment and its media in one request: afterwards both are there, or neither. */
export const receiveSegment =
  (services: ApiServices): FormHandler<typeof postFlowSegments> =>
  async ({ params, request, response }) => {
    request.socket.setTimeout(IDLE_TIMEOUT_MS)
    try {
      refuseKey(request)
      const form = await readSegmentForm(request)
      const nowMs = services.now()
      const checksums = announcedChecksums(form.announced)
      const segment = segmentOf(form.segment, nowMs)
      const context = contextOf(request, response)
      const backend = backendFor(services, undefined, context.access)
      const outcome = await uploadSegment(services, context, {
        flow_id: params.flowId,
        segment,
        backend,
        nowMs,
        store: async ({ key, content_type }) => {
          await backend.store.write(key, content_type, form.file, { checksums })
          await form.ended
        },
      })
      if ('refused' in outcome) throw refusalFor(outcome.refused)
      await commandDone(services, response, outcome.position)
      return { status: 201, json: listed(services, params.flowId, segment) }
    } catch (error) {
      discardRest(request)
      throw mediaRefusal(error)
    }
  }

function segmentOf(text: string, nowMs: number): FlowSegmentPost {
  const { object_id = newObjectId(nowMs), ...rest } = parseBody(
    FlowSegmentForm.shape.segment,
    'segment',
    parseJson(text),
  )
  return { object_id, ...rest }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidRequest('body', 'segment: is not JSON')
  }
}

/** The segment as GET lists it. */
function listed(services: ApiServices, flow_id: string, { timerange }: FlowSegmentPost): string {
  const { reader } = services.catalog
  const request = { flow_id, range: parseTimeRange(timerange), reverse: false, limit: 1 }
  const { rows } = reader.listed(request, false)
  const renderUrls = urlSelection(services.storageBackends, reader, {}, services.now())
  return renderSegments(reader, rows, renderUrls).slice(1, -1)
}
