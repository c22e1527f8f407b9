import { z } from 'zod'
import { DateTimeText } from '../../resources/time-text.ts'
import type { PublicEventType } from './public-event-type.ts'

/** The body of a notification: when what happened, and of what. @see TAMS `webhooks` */
export function defineNotification<T extends PublicEventType, E extends z.ZodType>(
  type: T,
  id: string,
  event: E,
) {
  return z
    .object({
      event_timestamp: DateTimeText.describe('When it happened.'),
      event_type: z.literal(type),
      event,
    })
    .meta({ id, description: `What is told as \`${type}\`.` })
}
