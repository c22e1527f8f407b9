import type { WebhookSettings } from '../../contracts/events/webhook-events.ts'
import type { SegmentPart } from '../public-events/added-segments.ts'
import { cloudEventHeaders } from '../public-events/cloud-event.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { renderBody } from '../public-events/render-body.ts'
import { URLS_KEPT_FOR_MS, wantedUrlsKey } from '../public-events/wanted-urls.ts'
import type { Subscriber } from './subscriber.ts'

export type MessageTools = {
  /** Where the service is reached: the `source` of its events. */
  readonly publicUrl: () => string
  /** Of `flows/segments_added`, the segments from one on. */
  readonly segments: (event: PublicEvent, subscriber: Subscriber) => Promise<SegmentPart>
  /** An event as the webhook may see it. Default: whole. */
  readonly seen?: (event: PublicEvent, subscriber: Subscriber) => Promise<PublicEvent>
  readonly now: () => number
}

/** What all who want the same are sent of an event, whatever they are signed with. */
export type Message = {
  /** Those of a CloudEvent. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The first segment of the event that is not in it. */
  readonly next: number | undefined
}

/** Of those that webhooks which keep up were sent last. A body has a megabyte, at most. */
const MAX_KEPT = 64
const MAX_KEPT_BYTES = 4 * 1024 * 1024

/** Many webhooks want the same: what was made for one of them is sent to the others, too. */
export function sharedMessages(tools: MessageTools) {
  const kept = new Map<
    string,
    { readonly message: Promise<Message>; readonly untilMs: number; bytes: number }
  >()
  const urlKeys = new WeakMap<WebhookSettings, string>()
  const readerKeys = new WeakMap<WebhookSettings, string>()
  let keptBytes = 0

  const forget = (key: string): void => {
    keptBytes -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }

  /** URLs are of now; all else is as it was, as far as whoever registered the webhook may see it. */
  const keyOf = (event: PublicEvent, { settings, segment }: Subscriber): string => {
    if (event.told.what !== 'segments') {
      if (!settings.reader) return String(event.position)
      const reader = readerKeys.get(settings) ?? JSON.stringify(settings.reader)
      readerKeys.set(settings, reader)
      return `${event.position} ${reader}`
    }
    const urls = urlKeys.get(settings) ?? wantedUrlsKey(settings)
    urlKeys.set(settings, urls)
    return `${event.position} ${segment} ${urls}`
  }

  const make = async (event: PublicEvent, subscriber: Subscriber): Promise<Message> => {
    const part = event.told.what === 'segments' ? await tools.segments(event, subscriber) : undefined
    const headers = cloudEventHeaders(event, tools.publicUrl())
    const seen = tools.seen ? await tools.seen(event, subscriber) : event
    return { headers, body: Buffer.from(renderBody(seen, part?.json)), next: part?.next }
  }

  return (event: PublicEvent, subscriber: Subscriber): Promise<Message> => {
    const key = keyOf(event, subscriber)
    const known = kept.get(key)
    if (known && known.untilMs > tools.now()) return known.message
    forget(key)
    const entry = { message: make(event, subscriber), untilMs: tools.now() + URLS_KEPT_FOR_MS, bytes: 0 }
    kept.set(key, entry)
    entry.message.then(
      ({ body }) => {
        if (kept.get(key) !== entry) return
        entry.bytes = body.length
        keptBytes += body.length
        for (const oldest of kept.keys()) {
          if (kept.size <= MAX_KEPT && keptBytes <= MAX_KEPT_BYTES) break
          forget(oldest)
        }
      },
      () => {
        if (kept.get(key) === entry) forget(key)
      },
    )
    return entry.message
  }
}
