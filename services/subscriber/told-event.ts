import type { z } from 'zod'
import type { CloudEventAttributes } from '../../contracts/events/public/cloud-event.ts'
import type { notifications } from '../../contracts/events/public/notification.ts'
import { WebhookEventType } from '../../contracts/resources/webhook.ts'

type Told<T extends WebhookEventType> = {
  /** Reading goes on after this event with it: to be kept by who wants to go on another time. */
  readonly cursor: string
  /** TAMS's name for it: it says what is in `data`. */
  readonly type: T
  /** What a webhook would have been sent. */
  readonly data: z.infer<(typeof notifications)[T]>
  readonly attributes: CloudEventAttributes
}

/** An event of a service, as `subscribe` tells of it. */
export type ToldEvent = { [T in WebhookEventType]: Told<T> }[WebhookEventType]

/** Types that came after this program was made are passed over. */
export function toldEvent(cursor: string, text: string): ToldEvent | undefined {
  const { data, ...attributes } = JSON.parse(text) as CloudEventAttributes & { data: { event_type: string } }
  if (!WebhookEventType.safeParse(data.event_type).success) return undefined
  return { cursor, type: data.event_type, data, attributes } as ToldEvent
}
