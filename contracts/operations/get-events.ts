import { z } from 'zod'
import { defineOperation } from '../http/operation.ts'
import { UuidListText } from '../http/query-text.ts'
import { WebhookEventType } from '../resources/webhook.ts'
import { PositionOrTimeText } from './as-of.ts'
import { invalidQuery } from './common-responses.ts'

const Types = z
  .codec(z.string(), z.array(WebhookEventType).min(1), {
    decode: (text) => text.split(',') as WebhookEventType[],
    encode: (types) => types.join(','),
  })
  .describe('Only events of these types, separated by commas. All, unless given.')

export const getEvents = defineOperation({
  operationId: 'GET_events',
  method: 'get',
  path: '/events',
  tag: 'Webhooks',
  summary: 'Tell of events as they happen',
  description:
    'Server-Sent Events: what webhooks are told, as CloudEvents 1.0 in structured mode; `event` is the type of ' +
    'the CloudEvent. Flow Segments have no `get_urls`. A request with the header `Last-Event-ID`, the `id` of the ' +
    'last event that was read, goes on after that one, whatever `from` says. What is too long for one event is ' +
    'told in several, each with some of the segments.',
  isExtension: true,
  query: {
    types: Types.exactOptional(),
    flow_ids: UuidListText.describe(
      'Of the events of Flows, only those of these, separated by commas. Events of Sources pass.',
    ).exactOptional(),
    source_ids: UuidListText.describe(
      'Only events of these Sources and of their Flows, separated by commas.',
    ).exactOptional(),
    from: PositionOrTimeText.describe(
      'Begin with the event at this position of the log, or with what happened after this time. With what ' +
        'happens from now on, unless given.',
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
