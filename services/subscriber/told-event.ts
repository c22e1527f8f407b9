import type { z } from 'zod'
import type { CloudEventAttributes } from '../../contracts/events/public/cloud-event.ts'
import type { notifications } from '../../contracts/events/public/notification.ts'
import { PublicEventType } from '../../contracts/events/public/public-event-type.ts'

type Told<T extends PublicEventType> = {
  /** Reading goes on after this event with it: to be kept by who wants to go on another time. */
  readonly cursor: string
  /** TAMS's name for it, or one of the same kind: it says what is in `data`. */
  readonly type: T
  /** What a webhook would have been sent, if it can be told of it. */
  readonly data: z.infer<(typeof notifications)[T]>
  readonly attributes: CloudEventAttributes
}

/** An event of a service, as `subscribe` tells of it. */
export type ToldEvent = { [T in PublicEventType]: Told<T> }[PublicEventType]

/** Types that came after this program was made are passed over. */
export function toldEvent(cursor: string, text: string): ToldEvent | undefined {
  const { data, ...attributes } = JSON.parse(text) as CloudEventAttributes & { data: { event_type: string } }
  if (!PublicEventType.safeParse(data.event_type).success) return undefined
  return { cursor, type: data.event_type, data, attributes } as ToldEvent
}
