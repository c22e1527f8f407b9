import { z } from 'zod'
import { Description, Label } from './free-text.ts'
import { TimestampText } from './time-text.ts'

const EventStreamMechanism = z.object({
  name: z.string().describe('The mechanism: webhooks.'),
  docs: z.string().describe('Where it is explained.').exactOptional(),
  config: z.record(z.string(), z.unknown()).describe('What a client must know to use it.').exactOptional(),
})

/** @see TAMS service.json */
export const Service = z
  .object({
    name: Label.describe('A short name of this instance.').exactOptional(),
    description: Description.describe('What people should know of this instance.').exactOptional(),
    type: z
      .string()
      .regex(/^urn:x-tams:service/)
      .describe('What kind of TAMS service this is.'),
    api_version: z
      .string()
      .regex(/^(0|[1-9]\d*)\.(0|[1-9]\d*)$/)
      .describe('The version of TAMS it speaks.'),
    service_version: z.string().describe('The version of its software.').exactOptional(),
    event_stream_mechanisms: z
      .array(EventStreamMechanism)
      .describe('How a client can hear of changes.')
      .exactOptional(),
    min_object_timeout: TimestampText.describe(
      'How long an allocated object is kept for its first Flow Segment, at least; 300:0 or more.',
    ),
    min_presigned_url_timeout: TimestampText.describe(
      'How long a presigned URL works, at least: 30:0 or more, and never past `min_object_timeout`.',
    ).exactOptional(),
  })
  .meta({ id: 'Service', description: 'What this instance is, and what clients can count on.' })

export type Service = z.infer<typeof Service>

/** What operators may change; an empty text unsets, what is left out stays. @see TAMS service-post.json */
export const ServicePost = z
  .object({
    name: Label.describe('A short name of this instance.').exactOptional(),
    description: Description.describe('What people should know of this instance.').exactOptional(),
  })
  .meta({ id: 'ServicePost', description: 'A change to what the instance says of itself.' })

export type ServicePost = z.infer<typeof ServicePost>
