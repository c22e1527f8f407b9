import { CloudEvent } from 'cloudevents'
import { schemaFragment } from '../../contracts/events/public/asyncapi.ts'
import {
  type CloudEventAttributes,
  cloudEventType,
  sequenceOf,
} from '../../contracts/events/public/cloud-event.ts'
import { dateTime } from '../api/http/date-time.ts'
import { type PublicEvent, subjectOf } from './public-event.ts'

/**
 * A notification as a CloudEvent, but for its data.
 * @param source where the service is reached
 */
export const cloudEventOf = (event: PublicEvent, source: string): CloudEvent<never> =>
  new CloudEvent<never>(cloudEventAttributes(event, source))

/** What that says of itself. The class checks it all again, which costs as much as the rest of telling an event. */
export function cloudEventAttributes(event: PublicEvent, source: string): CloudEventAttributes {
  const subject = subjectOf(event)
  return {
    specversion: '1.0',
    id: event.id,
    source,
    type: cloudEventType(event.type),
    subject,
    time: dateTime(event.timeMs),
    datacontenttype: 'application/json',
    dataschema: `${source}/asyncapi.json${schemaFragment(event.type)}`,
    sequence: sequenceOf(event.position),
    partitionkey: subject,
  }
}
