import { z } from 'zod'
import { DateTimeText } from '../../resources/time-text.ts'
import type { PublicEventType } from './public-event-type.ts'

/** Digits enough for every position: as text, they sort as the numbers do. */
const SEQUENCE_DIGITS = 16

/** Everything of a CloudEvent but its data. @see CloudEvents 1.0, and its extensions Sequence and Partitioning */
export const CloudEventAttributes = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().min(1).describe('The same for the same event, however often it is sent.'),
    source: z.url().describe('The service it happened in.'),
    type: z.string().regex(/^tams\.(flows|sources|objects|flow_delete_requests)\.[a-z_]+$/),
    subject: z.string().min(1).describe('The id of the Flow, Source, object or deletion request.'),
    time: DateTimeText.describe('When it happened.'),
    datacontenttype: z.literal('application/json'),
    dataschema: z.url().describe('Where the schema of the data is.'),
    sequence: z
      .string()
      .regex(/^\d{16}$/)
      .describe('Its place among all that happened: later events have greater ones.'),
    partitionkey: z
      .string()
      .min(1)
      .describe('The id of the Flow, Source or object: its events are in order. A deletion is of its Flow.'),
  })
  .meta({ id: 'CloudEventAttributes', description: 'What CloudEvents 1.0 says about a notification.' })

export type CloudEventAttributes = z.infer<typeof CloudEventAttributes>

/** `flows/segments_added` is `tams.flows.segments_added`. */
export const cloudEventType = (type: PublicEventType): string => `tams.${type.replace('/', '.')}`

export const sequenceOf = (position: number): string => String(position).padStart(SEQUENCE_DIGITS, '0')
