import type { Request, Response, Router } from 'express'
import type { OperationRequest } from '../../../contracts/http/operation.ts'
import { parseRequest } from '../../../contracts/http/parse-request.ts'
import { getEvents } from '../../../contracts/operations/get-events.ts'
import { WebhookEventType } from '../../../contracts/resources/webhook.ts'
import { accessOf } from '../../access/access-of.ts'
import { cursorAfter, type EventCursor, parseCursor } from '../../event-streams/event-cursor.ts'
import { NO_URLS, type UrlChoice, urlChoice } from '../../event-streams/event-message.ts'
import { answerWithStream, type EventSink, eventSink } from '../../event-streams/event-sink.ts'
import type { StreamRequest } from '../../event-streams/event-stream.ts'
import type { EventStreams } from '../../event-streams/event-streams.ts'
import { positionAt } from '../../history/position-at.ts'
import type { EventLog } from '../../ports/event-log.ts'
import type { WantedUrls } from '../../public-events/wanted-urls.ts'
import { webhookFilter } from '../../public-events/webhook-filter.ts'
import { seenStream } from '../access/seen-stream.ts'
import type { ApiServices } from '../api-services.ts'
import { expiryOf } from '../http/authenticate.ts'
import { badRequest, HttpRefusal } from '../http/http-refusal.ts'
import { requireScope } from '../http/require-scope.ts'

type Query = OperationRequest<typeof getEvents>['query']

/** A reader that takes nothing for so long is let go. */
const PATIENCE_MS = 30_000
/** Seconds. */
const RETRY_AFTER = { 'Retry-After': '5' }

export type ServedStreams = Pick<EventStreams, 'count' | 'open'> & {
  /** How many may be open at a time. */
  readonly max: number
}

export function eventRoutes(
  router: Router,
  { log, catalog }: Pick<ApiServices, 'log' | 'catalog'>,
  streams: ServedStreams,
): void {
  const refuseTooMany = () => {
    if (streams.count() < streams.max) return
    throw new HttpRefusal(503, 'too_many_streams', 'too many read the stream of events already', RETRY_AFTER)
  }

  router.get(getEvents.path, async (request: Request, response: Response) => {
    requireScope(getEvents.scopes, response)
    const { query } = parseRequest(getEvents, { params: {}, query: request.query, body: undefined })
    refuseTooMany()
    const whole = await streamRequest(log, query, request.headers['last-event-id'])
    const access = accessOf(response)
    const asked = access ? seenStream(whole, access, () => catalog.reader) : whole
    // Others came while the log was asked.
    refuseTooMany()
    answerWithStream(response)
    if (request.method === 'HEAD') return void response.end()
    const sink = eventSink(response, PATIENCE_MS)
    endAtExpiry(sink, expiryOf(response))
    streams.open(sink, asked)
  })
}

/** Longer waits than this are none to a timer of Node: a stream does not last for weeks. */
const LONGEST_MS = 2 ** 31 - 1

/** Whoever came with a token comes back with a newer one, and goes on where it was. */
function endAtExpiry(sink: EventSink, expiresMs: number | undefined): void {
  if (expiresMs === undefined) return
  const leftMs = Math.min(LONGEST_MS, Math.max(0, expiresMs - Date.now()))
  const timer = setTimeout(() => sink.end('the token has expired'), leftMs).unref()
  void sink.closed.then(() => clearTimeout(timer))
}

async function streamRequest(
  log: EventLog,
  { types = WebhookEventType.options, flow_ids, source_ids, from, ...asked }: Query,
  lastEventId: string | string[] | undefined,
): Promise<StreamRequest> {
  const cursor = await cursorOf(log, from, lastEventId)
  const filter = { events: types, ...(flow_ids && { flow_ids }), ...(source_ids && { source_ids }) }
  // Last, so that nothing has happened since.
  const head = await log.head()
  return {
    cursor: cursor ?? cursorAfter(head),
    head,
    types,
    wants: flow_ids || source_ids ? webhookFilter(filter) : undefined,
    urls: urlsAsked(asked),
  }
}

/** Whoever says nothing about URLs wants none. */
function urlsAsked({ include_object_timerange, ...choice }: WantedUrls): UrlChoice {
  const urls = Object.keys(choice).length === 0 ? NO_URLS.wanted : choice
  return include_object_timerange ? urlChoice({ ...urls, include_object_timerange }) : urlChoice(urls)
}

/** @returns undefined for what comes from now on @throws HttpRefusal 400 for what is not in the log */
async function cursorOf(
  log: EventLog,
  from: string | undefined,
  lastEventId: string | string[] | undefined,
): Promise<EventCursor | undefined> {
  if (lastEventId !== undefined) return cursorOfLastEvent(log, String(lastEventId))
  if (from === undefined) return undefined
  if (!/^\d+$/.test(from)) return cursorAfter(await positionAt(log, Date.parse(from)))
  const position = Number(from)
  if (position > (await log.head()) + 1) throw badRequest('from: the log has not come so far')
  return cursorAfter(Math.max(0, position - 1))
}

async function cursorOfLastEvent(log: EventLog, text: string): Promise<EventCursor> {
  const cursor = parseCursor(text)
  if (!cursor) throw badRequest('Last-Event-ID: is not the id of an event of this stream')
  const { position, segment } = cursor
  // The log was put back to an earlier state: what was read is not so any more.
  if (position + Math.min(segment, 1) > (await log.head())) {
    throw badRequest('Last-Event-ID: the log has not come so far')
  }
  return cursor
}
