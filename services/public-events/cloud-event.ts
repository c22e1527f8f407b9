import { CloudEvent } from 'cloudevents'
import { schemaFragment } from '../../contracts/events/public/asyncapi.ts'
import {
  type CloudEventAttributes,
  cloudEventType,
  sequenceOf,
} from '../../contracts/events/public/cloud-event.ts'
import { dateTime } from '../api/http/date-time.ts'
import { type PublicEvent, partitionOf, subjectOf } from './public-event.ts'

/** A notification as a CloudEvent, but for its data. @param source where the service is reached */
export const cloudEventOf = (event: PublicEvent, source: string): CloudEvent<never> =>
  new CloudEvent<never>(cloudEventAttributes(event, source))

/** What is in that, where nobody needs more: to check and copy it would take longer than all the rest. */
export function cloudEventAttributes(event: PublicEvent, source: string): CloudEventAttributes {
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: cloudEventType(event.type),
    subject: subjectOf(event),
    time: dateTime(event.timeMs),
    datacontenttype: 'application/json',
    dataschema: `${source}/asyncapi.json${schemaFragment(event.type)}`,
    sequence: sequenceOf(event.position),
    partitionkey: partitionOf(event),
  }
}

/**
 * A notification's headers in the binary mode of HTTP, as the SDK would make them. Ids of Flows and Sources, and URLs, have
 * nothing in them that would have to be encoded. @see CloudEvents, HTTP Protocol Binding 1.0.2
 */
export function cloudEventHeaders(event: PublicEvent, source: string): Readonly<Record<string, string>> {
  const { datacontenttype, ...attributes } = cloudEventAttributes(event, source)
  const headers: Record<string, string> = { 'content-type': datacontenttype }
  for (const [name, value] of Object.entries(attributes)) headers[`ce-${name}`] = value
  return headers
}
