import type { JsonObject } from '../../http/json.ts'
import type { SchemaWriter } from '../../http/schema-writer.ts'
import { FlowSegmentsPost } from '../../resources/flow-segment.ts'
import {
  COMMAND_REJECTED,
  COMMAND_TOPICS,
  CommandAnswerAttributes,
  CommandRejected,
  REGISTER_SEGMENTS,
  SEGMENTS_REGISTERED,
  SegmentCommandAttributes,
  SegmentsRegistered,
} from './segment-commands.ts'

/** Attributes of a CloudEvent as the headers of a message, and as the members of a document. */
export type AttributeWriter = {
  readonly headersOf: (schema: JsonObject) => JsonObject
  readonly structuredOf: (schema: JsonObject, data: JsonObject) => JsonObject
}

const CHANNELS = {
  segments: 'commandsSegments',
  results: 'commandsResults',
  rejected: 'commandsRejected',
} as const

/** The channels of commands from Kafka and of their answers, and what is done with them. */
export function commandChannels(writer: SchemaWriter, { headersOf, structuredOf }: AttributeWriter) {
  const asked = writer.write(SegmentCommandAttributes, 'input')
  const answered = writer.write(CommandAnswerAttributes, 'output')
  const segments = writer.write(FlowSegmentsPost, 'input')
  const answer = (name: string, title: string, payload: JsonObject): JsonObject => ({
    [name]: { name, title, contentType: 'application/json', headers: headersOf(answered), payload },
  })
  return {
    channels: {
      [CHANNELS.segments]: channel(
        COMMAND_TOPICS.segments,
        'Flow Segments to be registered, keyed by the Flow. The data is the body of POST /flows/{flowId}/segments.',
        {
          [REGISTER_SEGMENTS]: {
            name: REGISTER_SEGMENTS,
            title: 'Register Flow Segments, in binary mode',
            contentType: 'application/json',
            headers: headersOf(asked),
            payload: segments,
          },
          [`${REGISTER_SEGMENTS}.structured`]: {
            name: REGISTER_SEGMENTS,
            title: 'Register Flow Segments, in structured mode',
            contentType: 'application/cloudevents+json',
            payload: structuredOf(asked, segments),
          },
        },
      ),
      [CHANNELS.results]: channel(
        COMMAND_TOPICS.results,
        'What commands came to, keyed by the Flow: at least once each.',
        answer(
          SEGMENTS_REGISTERED,
          'Flow Segments were registered',
          writer.write(SegmentsRegistered, 'output'),
        ),
      ),
      [CHANNELS.rejected]: channel(
        COMMAND_TOPICS.rejected,
        'Commands that changed nothing, and messages that are none: at least once each.',
        answer(COMMAND_REJECTED, 'A command was rejected', writer.write(CommandRejected, 'output')),
      ),
    },
    operations: {
      takeCommands: {
        action: 'receive',
        channel: { $ref: `#/channels/${CHANNELS.segments}` },
        summary: 'Where KAFKA_COMMANDS_ENABLED is true, or `framelog commands consume` runs.',
      },
      tellResults: { action: 'send', channel: { $ref: `#/channels/${CHANNELS.results}` } },
      tellRejections: { action: 'send', channel: { $ref: `#/channels/${CHANNELS.rejected}` } },
    },
  }
}

const channel = (topic: string, description: string, messages: JsonObject): JsonObject => ({
  address: `{prefix}.${topic}`,
  description,
  parameters: { prefix: { default: 'tams', description: 'What KAFKA_TOPIC_PREFIX says.' } },
  messages,
  bindings: { kafka: { key: { type: 'string' } } },
})
