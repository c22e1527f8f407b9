import { z } from 'zod'
import { Flow } from '../../resources/flow.ts'
import { FlowSegment } from '../../resources/flow-segment.ts'
import { Source } from '../../resources/source.ts'
import { TimeRangeText } from '../../resources/time-text.ts'
import { Uuid } from '../../resources/uuid.ts'
import type { WebhookEventType } from '../../resources/webhook.ts'
import { defineNotification } from './define-notification.ts'
import { extensionNotifications } from './extension-notifications.ts'
import type { PublicEventType } from './public-event-type.ts'

const flowEvent = z.object({ flow: Flow.describe('The Flow as it was from then on.') })
const sourceEvent = z.object({ source: Source.describe('The Source as it was from then on.') })
const flow_id = Uuid.describe('The Flow.')

/** @see TAMS `webhooks` */
const tamsNotifications = {
  'flows/created': defineNotification('flows/created', 'FlowCreatedNotification', flowEvent),
  'flows/updated': defineNotification('flows/updated', 'FlowUpdatedNotification', flowEvent),
  'flows/deleted': defineNotification('flows/deleted', 'FlowDeletedNotification', z.object({ flow_id })),
  'flows/segments_added': defineNotification(
    'flows/segments_added',
    'SegmentsAddedNotification',
    z.object({
      flow_id,
      segments: z.array(FlowSegment).describe('With the URLs that the receiver asked for.'),
    }),
  ),
  'flows/segments_deleted': defineNotification(
    'flows/segments_deleted',
    'SegmentsDeletedNotification',
    z.object({
      flow_id,
      timerange: TimeRangeText.describe('From the first to the last Flow Segment that was deleted.'),
    }),
  ),
  'sources/created': defineNotification('sources/created', 'SourceCreatedNotification', sourceEvent),
  'sources/updated': defineNotification('sources/updated', 'SourceUpdatedNotification', sourceEvent),
  'sources/deleted': defineNotification(
    'sources/deleted',
    'SourceDeletedNotification',
    z.object({ source_id: Uuid.describe('The Source.') }),
  ),
} as const satisfies Record<WebhookEventType, z.ZodType>

/** What the body of each notification says, by its type. */
export const notifications = {
  ...tamsNotifications,
  ...extensionNotifications,
} as const satisfies Record<PublicEventType, z.ZodType>

export type Notification = z.infer<(typeof notifications)[PublicEventType]>
