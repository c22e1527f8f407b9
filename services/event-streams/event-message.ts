import { addedSegments, type SegmentTools } from '../public-events/added-segments.ts'
import { cloudEventAttributes } from '../public-events/cloud-event.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { renderBody } from '../public-events/render-body.ts'
import { cursorAfter, cursorText } from './event-cursor.ts'

/** An event as it is sent, as often as there are readers, and made when the first of them asks for it. */
export type EventMessages = {
  readonly event: PublicEvent
  /** Everything of it. */
  whole(): Buffer
  /** What is left of it after some of its segments. */
  after(segment: number): Buffer
}

export type MessageTools = {
  readonly segmentTools: () => SegmentTools
  /** Where the service is reached: the `source` of its events. */
  readonly publicUrl: () => string
}

/** @param event that the catalog of `segmentTools` includes */
export function messagesOf(event: PublicEvent, tools: MessageTools): EventMessages {
  let whole: Buffer | undefined
  const after = (segment: number) => Buffer.from([...partsOf(event, segment, tools)].join(''))
  return {
    event,
    whole: () => {
      whole ??= after(0)
      return whole
    },
    after,
  }
}

/** URLs would make it another text for each reader: whoever wants them asks for the segments. */
const NO_URLS = { accept_get_urls: [] }

function* partsOf(event: PublicEvent, segment: number, tools: MessageTools): Generator<string> {
  const { told, position } = event
  if (told.what !== 'segments') {
    yield messageOf(event, 0, undefined, renderBody(event), tools)
    return
  }
  for (let from: number | undefined = segment; from !== undefined && from < told.segments.length; ) {
    const part = addedSegments(tools.segmentTools(), { position, ...told }, NO_URLS, from)
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
