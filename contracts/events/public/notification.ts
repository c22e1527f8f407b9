import { z } from 'zod'
import { Flow } from '../../resources/flow.ts'
import { FlowSegment } from '../../resources/flow-segment.ts'
import { Source } from '../../resources/source.ts'
import { DateTimeText, TimeRangeText } from '../../resources/time-text.ts'
import { Uuid } from '../../resources/uuid.ts'
import type { WebhookEventType } from '../../resources/webhook.ts'

const flowEvent = z.object({ flow: Flow.describe('The Flow as it was from then on.') })
const sourceEvent = z.object({ source: Source.describe('The Source as it was from then on.') })
const flow_id = Uuid.describe('The Flow.')

/**
 * What the body of each notification says, by its type.
 * @see TAMS `webhooks`
 */
export const notifications = {
  'flows/created': notification('flows/created', 'FlowCreatedNotification', flowEvent),
  'flows/updated': notification('flows/updated', 'FlowUpdatedNotification', flowEvent),
  'flows/deleted': notification('flows/deleted', 'FlowDeletedNotification', z.object({ flow_id })),
  'flows/segments_added': notification(
    'flows/segments_added',
    'SegmentsAddedNotification',
    z.object({
      flow_id,
      segments: z.array(FlowSegment).describe('With the URLs that the receiver asked for.'),
    }),
  ),
  'flows/segments_deleted': notification(
    'flows/segments_deleted',
    'SegmentsDeletedNotification',
    z.object({
      flow_id,
      timerange: TimeRangeText.describe('From the first to the last Flow Segment that was deleted.'),
    }),
  ),
  'sources/created': notification('sources/created', 'SourceCreatedNotification', sourceEvent),
  'sources/updated': notification('sources/updated', 'SourceUpdatedNotification', sourceEvent),
  'sources/deleted': notification(
    'sources/deleted',
    'SourceDeletedNotification',
    z.object({ source_id: Uuid.describe('The Source.') }),
  ),
} as const satisfies Record<WebhookEventType, z.ZodType>

export type Notification = z.infer<(typeof notifications)[WebhookEventType]>

function notification<T extends WebhookEventType, E extends z.ZodType>(type: T, id: string, event: E) {
  return z
    .object({
      event_timestamp: DateTimeText.describe('When it happened.'),
      event_type: z.literal(type),
      event,
    })
    .meta({ id, description: `What is told as \`${type}\`.` })
}
