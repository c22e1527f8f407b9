import type { EventMode } from '../config/kafka-config.ts'
import { addedSegments, type SegmentTools } from '../public-events/added-segments.ts'
import { cloudEventOf } from '../public-events/cloud-event.ts'
import type { PublicEvent } from '../public-events/public-event.ts'
import { renderBody } from '../public-events/render-body.ts'
import { traceparentOf } from '../tracing/trace-context.ts'
import { tracing } from '../tracing/tracing.ts'
import { type RelayTopic, topicOf } from './topic-of.ts'

/** What is sent of an event, or of a part of one. */
export type RelayMessage = {
  readonly topic: RelayTopic
  /** Messages of one key stay in order. */
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly value: Buffer
  /** About what it takes on the way. */
  readonly bytes: number
  /** Of the log. */
  readonly position: number
}

export type MessageSettings = {
  readonly mode: EventMode
  /** Where the service is reached: the `source` of its events. */
  readonly source: string
}

/** Another text at every reading otherwise; and nobody knows when they will be read. */
const NO_URLS = { accept_get_urls: [] }
/**
 * A message gets no more segments once it has so many characters: with the last of them, and three bytes for
 * each character, it stays below the megabyte that topics take by default.
 */
const SEGMENT_CHARACTERS = 250_000
/** Of a message, beside its key, value and headers. */
const FRAME_BYTES = 32

/**
 * An event as messages, in order: several where it is of more segments than go into one. They have ids of their
 * own, the same each time.
 * @param segmentTools of a catalog that includes the event, asked for anew before each use
 * @see CloudEvents 1.0, Kafka Protocol Binding
 */
export async function* relayMessages(
  event: PublicEvent,
  settings: MessageSettings,
  segmentTools: () => Promise<SegmentTools>,
): AsyncGenerator<RelayMessage> {
  const { told, position } = event
  if (told.what !== 'segments') {
    yield messageOf(event, event.id, renderBody(event), settings)
    return
  }
  for (let from: number | undefined = 0; from !== undefined && from < told.segments.length; ) {
    const added = { position, ...told }
    const part = addedSegments(await segmentTools(), added, NO_URLS, from, SEGMENT_CHARACTERS)
    const id = from === 0 ? event.id : `${event.id}.${from}`
    yield messageOf(event, id, renderBody(event, part.json), settings)
    from = part.next
  }
}

function messageOf(event: PublicEvent, id: string, body: string, settings: MessageSettings): RelayMessage {
  const attributes: Record<string, unknown> = { ...cloudEventOf(event, settings.source).toJSON(), id }
  const isBinary = settings.mode === 'binary'
  const envelope: Record<string, string> = isBinary ? binaryHeaders(attributes) : STRUCTURED
  const value = Buffer.from(isBinary ? body : `${JSON.stringify(attributes).slice(0, -1)},"data":${body}}`)
  const key = String(attributes['partitionkey'])
  const origin = tracing()?.origin(event.correlationId)
  // Whoever reads it later finds the trace of the request that it came of.
  const headers = origin ? { ...envelope, traceparent: traceparentOf(origin) } : envelope
  let bytes = FRAME_BYTES + Buffer.byteLength(key) + value.length
  for (const [name, text] of Object.entries(headers)) bytes += name.length + Buffer.byteLength(text)
  return { topic: topicOf(event.type), key, headers, value, bytes, position: event.position }
}

const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=UTF-8' }

const binaryHeaders = (attributes: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      // The SDK names those that are not set, too.
      value === undefined
        ? []
        : [[name === 'datacontenttype' ? 'content-type' : `ce_${name}`, String(value)]],
    ),
  )
