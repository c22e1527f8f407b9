import type { KafkaMessage } from 'kafkajs'
import { z } from 'zod'
import { SegmentCommandAttributes } from '../../contracts/events/public/segment-commands.ts'
import { InvalidRequest, parseBody } from '../../contracts/http/parse-request.ts'
import { type FlowSegmentPost, FlowSegmentsPost } from '../../contracts/resources/flow-segment.ts'
import { refuseUnreadable } from '../api/http/body-depth.ts'
import { HttpRefusal } from '../api/http/http-refusal.ts'

/** A message understood. */
export type SegmentCommand = {
  readonly source: string
  readonly id: string
  readonly flow_id: string
  readonly segments: readonly FlowSegmentPost[]
  /** A list stands in part where some of it is refused. */
  readonly isList: boolean
  /** What makes it this command and no other. */
  readonly said: string
}

/** A message that is no command, and as much of it as could be read. */
export type Unreadable = {
  readonly source?: string
  readonly id?: string
  readonly flow_id?: string
  readonly error: { readonly type: string; readonly summary: string }
}

export type ReadMessage = { readonly command: SegmentCommand } | { readonly unreadable: Unreadable }

/** As much as a request's body may be. Brokers take no more than a megabyte unless they are told to. */
const MAX_BYTES = 8 * 1024 * 1024
const STRUCTURED = /^application\/cloudevents\+json\b/i
const BINARY_PREFIX = 'ce_'

const Segments = z.compile(FlowSegmentsPost)

/** Reads a CloudEvent in either mode. @see CloudEvents 1.0, Kafka Protocol Binding */
export function readCommand(message: Pick<KafkaMessage, 'key' | 'value' | 'headers'>): ReadMessage {
  let attributes: Readonly<Record<string, unknown>> = {}
  try {
    const value = sized(message.value)
    const headers = textHeaders(message.headers)
    const isBinary = headers['ce_specversion'] !== undefined
    if (!isBinary && !STRUCTURED.test(headers['content-type'] ?? '')) throw unknownMode()
    const document = isBinary ? undefined : asObject(jsonOf(value, 'the message'))
    attributes = document ?? attributesIn(headers)
    const known = parseBody(SegmentCommandAttributes, 'the event', attributes)
    refuseOtherKey(message.key, known.subject)
    const data = document ? dataOf(document) : jsonOf(value, 'data')
    const segments = parseBody(Segments, 'data', data)
    return {
      command: {
        source: known.source,
        id: known.id,
        flow_id: known.subject,
        segments: Array.isArray(segments) ? segments : [segments],
        isList: Array.isArray(segments),
        said: JSON.stringify(data),
      },
    }
  } catch (error) {
    return { unreadable: { ...namedBy(attributes), error: telling(error) } }
  }
}

function sized(value: Buffer | null): Buffer {
  if (value === null || value.length === 0) throw invalid('the message has no value')
  if (value.length > MAX_BYTES) throw invalid(`the message has more than ${MAX_BYTES} bytes`)
  return value
}

function jsonOf(value: Buffer, what: string): unknown {
  // What is nested too deep would hold up everyone while it is parsed.
  refuseUnreadable(undefined, undefined, value, 'utf-8')
  try {
    return JSON.parse(value.toString('utf8'))
  } catch {
    throw invalid(`${what} is not JSON`)
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  throw invalid('the message is not a CloudEvent')
}

/** Bytes that are to be read as JSON all the same. */
function dataOf(document: Readonly<Record<string, unknown>>): unknown {
  const { data, data_base64 } = document
  return typeof data_base64 === 'string' ? jsonOf(Buffer.from(data_base64, 'base64'), 'data_base64') : data
}

function textHeaders(headers: KafkaMessage['headers'] = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const single = Array.isArray(value) ? value[0] : value
      return single === undefined ? [] : [[name.toLowerCase(), single.toString()]]
    }),
  )
}

const attributesIn = (headers: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> => ({
  ...Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(BINARY_PREFIX) ? [[name.slice(BINARY_PREFIX.length), value]] : [],
    ),
  ),
  ...(headers['content-type'] !== undefined && { datacontenttype: headers['content-type'] }),
})

/** Commands of one Flow are in order only where its id is what spreads them. */
function refuseOtherKey(key: Buffer | null, flow_id: string): void {
  if (key !== null && key.toString() !== flow_id) throw invalid('the key of the message is not its subject')
}

/** As much as answers can be told by. */
function namedBy(attributes: Readonly<Record<string, unknown>>) {
  const { source, id, subject: flow_id } = SegmentCommandAttributes.shape
  const given = { source: attributes['source'], id: attributes['id'], flow_id: attributes['subject'] }
  return Object.fromEntries(
    Object.entries({ source, id, flow_id }).flatMap(([name, schema]) => {
      const read = schema.safeParse(given[name as keyof typeof given])
      return read.success ? [[name, read.data]] : []
    }),
  )
}

const invalid = (summary: string): InvalidRequest => new InvalidRequest('body', summary)

const unknownMode = (): InvalidRequest =>
  invalid('the message is not a CloudEvent: it has neither ce_specversion nor application/cloudevents+json')

/** @throws what is our fault */
function telling(error: unknown): { readonly type: string; readonly summary: string } {
  if (error instanceof InvalidRequest) return { type: 'bad_request', summary: error.summary }
  if (error instanceof HttpRefusal) return { type: error.type, summary: error.message }
  throw error
}
