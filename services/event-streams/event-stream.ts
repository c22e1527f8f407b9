import type { DomainEventType } from '../../contracts/events/domain-event.ts'
import type { PublicEventType } from '../../contracts/events/public/public-event-type.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { OF_OBJECTS, toldTypesOf } from '../public-events/told-as.ts'
import type { WebhookFilter } from '../public-events/webhook-filter.ts'
import type { EventCursor } from './event-cursor.ts'
import type { EventMessages, UrlChoice } from './event-message.ts'
import type { EventSink } from './event-sink.ts'

export type StreamRequest = {
  /** What the reader has. */
  readonly cursor: EventCursor
  /** The log's last position. */
  readonly head: number
  readonly types: readonly PublicEventType[]
  /** None where it wants everything of these types. */
  readonly wants: WebhookFilter | undefined
  readonly urls: UrlChoice
}

export type Stream = StreamRequest & {
  /** Of the log: those that can be of what it wants. */
  readonly logTypes: readonly DomainEventType[]
  /** Streams that want everything, and have this in common, are sent the same. */
  readonly sameAs: string
  readonly sink: EventSink
  /** What it has been sent, or had no wish for. */
  cursor: EventCursor
  /** Gets what happens as it happens: it has everything that has been handed out. */
  isLive: boolean
  /** Its reader has not taken yet what it was sent last. */
  isWaiting: boolean
  isOver: boolean
}

export const streamOf = (sink: EventSink, request: StreamRequest): Stream => ({
  ...request,
  logTypes: toldTypesOf(request.types),
  sameAs: `${request.types.toSorted().join()} ${request.urls.key}`,
  sink,
  isLive: false,
  isWaiting: false,
  isOver: false,
})

export const wantsObjects = ({ logTypes }: Stream): boolean =>
  logTypes.some((type) => OF_OBJECTS.includes(type))

export const isWanted = ({ types, wants }: Stream, event: PublicEvent): boolean =>
  types.includes(event.type) && (!wants || wants(event))

/**
 * What streams are sent of messages after a position. Many readers want the same ones: their text is put together
 * once for all of them.
 */
export function textsOf(messages: readonly EventMessages[]): (stream: Stream, after: number) => Buffer {
  const first = messages[0]!.event.position
  const alike = new Map<string, Buffer>()
  const texts = new Map<string, Buffer>()

  const textOf = (wanted: readonly EventMessages[], urls: UrlChoice): Buffer => {
    if (wanted.length === 1) return wanted[0]!.whole(urls)
    const key = `${urls.key} ${wanted.map(({ event }) => event.position).join()}`
    const text = texts.get(key) ?? Buffer.concat(wanted.map((each) => each.whole(urls)))
    texts.set(key, text)
    return text
  }

  return (stream, after) => {
    const isAlike = !stream.wants && after < first
    const known = isAlike ? alike.get(stream.sameAs) : undefined
    if (known) return known
    const wanted = messages.filter(({ event }) => event.position > after && isWanted(stream, event))
    const text = textOf(wanted, stream.urls)
    if (isAlike) alike.set(stream.sameAs, text)
    return text
  }
}
