import { addedSegments, type SegmentTools } from '../public-events/added-segments.ts'
import { cloudEventAttributes } from '../public-events/cloud-event.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { renderBody } from '../public-events/render-body.ts'
import { URLS_KEPT_FOR_MS, type WantedUrls, wantedUrlsKey } from '../public-events/wanted-urls.ts'
import { cursorAfter, cursorText } from './event-cursor.ts'

/** An event as it is sent, as often as there are readers, and made when the first of them asks for it. */
export type EventMessages = {
  readonly event: PublicEvent
  /** Everything of it. */
  whole(urls: UrlChoice): Buffer
  /** What is left of it after some of its segments. */
  after(segment: number, urls: UrlChoice): Buffer
}

/** Which URLs the segments of an event have, and how all choices of the same are called. */
export type UrlChoice = {
  readonly key: string
  readonly wanted: WantedUrls
  /** None where everything of an event may be seen. */
  readonly seenBy?: SeenBy
}

/** Makes of an event what some may see of it; `key` is the same for all who see the same. */
export type SeenBy = { readonly key: string; readonly see: (event: PublicEvent) => PublicEvent }

export const urlChoice = (wanted: WantedUrls): UrlChoice => ({ key: wantedUrlsKey(wanted), wanted })

/** They would make it another text for each reader: only whoever asks for them has them. */
export const NO_URLS = urlChoice({ accept_get_urls: [] })

export type MessageTools = {
  readonly segmentTools: () => SegmentTools
  /** Where the service is reached: the `source` of its events. */
  readonly publicUrl: () => string
}

/** Choices of URLs for which an event is kept. */
const MAX_KEPT = 2

/** @param event that the catalog of `segmentTools` includes */
export function messagesOf(event: PublicEvent, tools: MessageTools): EventMessages {
  const kept = new Map<string, { readonly bytes: Buffer; readonly untilMs: number }>()
  const after = (segment: number, { wanted, seenBy }: UrlChoice) =>
    Buffer.from([...partsOf(seenBy ? seenBy.see(event) : event, segment, wanted, tools)].join(''))
  return {
    event,
    whole: (urls) => {
      const { key, wanted } = event.told.what === 'segments' ? urls : withoutUrls(urls)
      const { nowMs } = tools.segmentTools()
      const known = kept.get(key)
      if (known && known.untilMs > nowMs) return known.bytes
      const bytes = after(0, urls)
      // URLs are of now; all else is as it was.
      const untilMs =
        wanted.accept_get_urls?.length === 0 ? Number.POSITIVE_INFINITY : nowMs + URLS_KEPT_FOR_MS
      kept.delete(key)
      kept.set(key, { bytes, untilMs })
      if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value!)
      return bytes
    },
    after,
  }
}

const withoutUrls = ({ seenBy }: UrlChoice): UrlChoice => (seenBy ? { ...NO_URLS, key: seenBy.key } : NO_URLS)

function* partsOf(
  event: PublicEvent,
  segment: number,
  wanted: WantedUrls,
  tools: MessageTools,
): Generator<string> {
  const { told, position } = event
  if (told.what !== 'segments') {
    yield messageOf(event, 0, undefined, renderBody(event), tools)
    return
  }
  for (let from: number | undefined = segment; from !== undefined && from < told.segments.length; ) {
    const part = addedSegments(tools.segmentTools(), { position, ...told }, wanted, from)
    yield messageOf(event, from, part.next, renderBody(event, part.json), tools)
    from = part.next
  }
}

/** One event of a stream: a CloudEvent in structured mode. @see WHATWG HTML, Server-sent events */
function messageOf(
  event: PublicEvent,
  segment: number,
  next: number | undefined,
  body: string,
  { publicUrl }: MessageTools,
): string {
  const { position, id } = event
  const attributes = cloudEventAttributes(event, publicUrl())
  const told = { ...attributes, id: segment === 0 ? id : `${id}.${segment}` }
  const cursor = next === undefined ? cursorAfter(position) : { position: position - 1, segment: next }
  const data = `${JSON.stringify(told).slice(0, -1)},"data":${body}}`
  return `id: ${cursorText(cursor)}\nevent: ${attributes.type}\ndata: ${data}\n\n`
}
