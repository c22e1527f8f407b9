import { createHash } from 'node:crypto'
import type { KafkaMessage, Message, TopicMessages } from 'kafkajs'
import {
  type COMMAND_REJECTED,
  COMMAND_TOPICS,
  type CommandAnswerAttributes,
  type CommandRejected,
  SEGMENTS_REGISTERED,
  type SegmentsRegistered,
} from '../../contracts/events/public/segment-commands.ts'
import { dateTime } from '../api/http/date-time.ts'

/** Where a message is. */
export type MessagePlace = { readonly topic: string; readonly partition: number; readonly offset: string }

/** What is answered to one message. */
export type Answer = {
  readonly id: string
  /** UTC, milliseconds. */
  readonly timeMs: number
  readonly flow_id: string | undefined
} & (
  | { readonly type: typeof SEGMENTS_REGISTERED; readonly data: SegmentsRegistered }
  | { readonly type: typeof COMMAND_REJECTED; readonly data: CommandRejected }
)

/** Of what is sent at once: what lands on one partition is then below the megabyte that topics take by default. */
const PIECE_BYTES = 500_000
/** Of an answer, beside its data. */
const FRAME_BYTES = 1_000

/**
 * Answers as they are sent, piece after piece, in their order.
 * @param messages those that are answered, in the same order
 */
export function* answerPieces(
  answers: readonly Answer[],
  messages: readonly Pick<KafkaMessage, 'key'>[],
  { prefix, source }: { readonly prefix: string; readonly source: string },
): Generator<TopicMessages[]> {
  let topics = new Map<string, Message[]>()
  let bytes = 0
  for (const [index, answer] of answers.entries()) {
    const message = answerMessage(answer, source, messages[index]!.key)
    const more = FRAME_BYTES + Buffer.byteLength(message.value!)
    if (bytes > 0 && bytes + more > PIECE_BYTES) {
      yield asTopics(topics)
      topics = new Map()
      bytes = 0
    }
    bytes += more
    const topic = answerTopic(prefix, answer)
    const its = topics.get(topic)
    if (its) its.push(message)
    else topics.set(topic, [message])
  }
  if (bytes > 0) yield asTopics(topics)
}

const asTopics = (topics: ReadonlyMap<string, Message[]>): TopicMessages[] =>
  [...topics].map(([topic, messages]) => ({ topic, messages }))

const answerTopic = (prefix: string, { type }: Answer): string =>
  `${prefix}.${type === SEGMENTS_REGISTERED ? COMMAND_TOPICS.results : COMMAND_TOPICS.rejected}`

/**
 * An answer as a CloudEvent in binary mode: the same bytes however often it is sent.
 * @param source where the service is reached
 * @param key of the message that is answered: the answers to messages of one key are in order
 */
function answerMessage(answer: Answer, source: string, key: Buffer | null): Message {
  const { id, type, timeMs, flow_id, data } = answer
  const attributes: CommandAnswerAttributes = {
    specversion: '1.0',
    id,
    source,
    type,
    ...(flow_id !== undefined && { subject: flow_id }),
    time: dateTime(timeMs),
    datacontenttype: 'application/json',
  }
  return { key: flow_id ?? key, value: JSON.stringify(data), headers: headersOf(attributes) }
}

const headersOf = (attributes: CommandAnswerAttributes): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name === 'datacontenttype' ? 'content-type' : `ce_${name}`,
      value,
    ]),
  )

/** The id of an answer to what has no id of its own: the same each time. */
export function idOfPlace({ topic, partition, offset }: MessagePlace): string {
  const hash = createHash('sha256').update(`${topic} ${partition} ${offset}`).digest('hex')
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-5${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`
}
