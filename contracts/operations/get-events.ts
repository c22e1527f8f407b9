import { z } from 'zod'
import { PublicEventType } from '../events/public/public-event-type.ts'
import { defineOperation } from '../http/operation.ts'
import { BooleanText, UuidListText } from '../http/query-text.ts'
import { PositionOrTimeText } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'
import { getUrlQuery } from './get-url-filters.ts'

const Types = z
  .codec(z.string(), z.array(PublicEventType).min(1), {
    decode: (text) => text.split(',') as PublicEventType[],
    encode: (types) => types.join(','),
  })
  .describe(
    'Only events of these types, separated by commas. Unless given, those that webhooks can be told of: events of ' +
      'objects and deletion requests come only to who names them.',
  )

const { accept_get_urls, accept_storage_ids, presigned } = getUrlQuery

export const getEvents = defineOperation({
  operationId: 'GET_events',
  method: 'get',
  path: '/events',
  tag: 'Webhooks',
  summary: 'Tell of events as they happen',
  description:
    'Server-Sent Events: what webhooks are told, as CloudEvents 1.0 in structured mode; `event` is the type of ' +
    'the CloudEvent. Flow Segments have no `get_urls`, unless one of the parameters that choose among them is there; ' +
    'they are made when they are sent. A request with the header `Last-Event-ID`, the `id` of the ' +
    'last event that was read, goes on after that one, whatever `from` says. What is too long for one event is ' +
    'told in several, each with some of the segments.',
  isExtension: true,
  query: {
    types: Types.exactOptional(),
    flow_ids: UuidListText.describe(
      'Of the events of Flows and of their deletion requests, only those of these, separated by commas. Events of ' +
        'Sources and objects pass.',
    ).exactOptional(),
    source_ids: UuidListText.describe(
      'Only events of these Sources, of their Flows and of the deletion requests of those, separated by commas. ' +
        'Events of objects, which are of no Source, do not pass.',
    ).exactOptional(),
    from: PositionOrTimeText.describe(
      'Begin with the event at this position of the log, or with what happened after this time. With what ' +
        'happens from now on, unless given, or where the time is yet to come.',
    ).exactOptional(),
    accept_get_urls,
    accept_storage_ids,
    presigned,
    verbose_storage: BooleanText.describe(
      'Whether each URL comes with its Storage Backend; otherwise only with `presigned` and `label`.',
    ).exactOptional(),
    include_object_timerange: BooleanText.describe(
      'Whether each Flow Segment has its object’s own `object_timerange`.',
    ).exactOptional(),
  },
  responses: {
    200: { description: 'The stream.', body: z.string(), contentType: 'text/event-stream' },
    400: invalidQuery,
    503: {
      description: 'Too many read the stream already.',
      headers: { 'Retry-After': z.int().describe('Seconds.') },
    },
  },
})
