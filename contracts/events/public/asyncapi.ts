import type { JsonObject } from '../../http/json.ts'
import type { DocumentInfo } from '../../http/openapi.ts'
import { schemaWriter } from '../../http/schema-writer.ts'
import { WebhookEventType } from '../../resources/webhook.ts'
import { commandChannels } from './asyncapi-commands.ts'
import { CloudEventAttributes, cloudEventType } from './cloud-event.ts'
import { notifications } from './notification.ts'
import { isExtension, PublicEventType } from './public-event-type.ts'

export type AsyncapiDocument = {
  readonly asyncapi: '3.0.0'
  readonly info: JsonObject
  readonly defaultContentType: 'application/json'
  readonly channels: JsonObject
  readonly operations: JsonObject
  readonly components: {
    readonly messages: Readonly<Record<string, JsonObject>>
    readonly schemas: Readonly<Record<string, JsonObject>>
  }
}

/** Where the schema of a notification is in the document, as a fragment of its URL. */
export const schemaFragment = (type: PublicEventType): string =>
  `#/components/schemas/${notifications[type].meta()!.id}`

const CHANNEL = 'webhooks'
const STREAM = 'events'

/** The AsyncAPI document of all that others are told, from the same schemas as the OpenAPI document. */
export function asyncapiDocument({ title, version, license }: DocumentInfo): AsyncapiDocument {
  const writer = schemaWriter()
  const attributes = attributesOf(writer.write(CloudEventAttributes, 'output'), writer.components)
  const headers = headersOf(attributes)
  const messages = Object.fromEntries(
    PublicEventType.options.map((type) => [
      cloudEventType(type),
      {
        name: cloudEventType(type),
        title: type,
        summary: `What is told as \`${type}\`.`,
        contentType: 'application/json',
        headers,
        payload: writer.write(notifications[type], 'output'),
        ...(isExtension(type) && { 'x-framelog-extension': true }),
      },
    ]),
  )
  const named = (schema: JsonObject) => attributesOf(schema, writer.components)
  const commands = commandChannels(writer, {
    headersOf: (schema) => headersOf(named(schema), 'ce_'),
    structuredOf: (schema, data) => structuredOf(named(schema), data),
  })
  const streamed = Object.entries(messages).map(
    ([name, { headers: _, summary: __, payload, ...message }]) => [
      name,
      {
        ...message,
        contentType: 'application/cloudevents+json',
        payload: structuredOf(attributes, payload),
      },
    ],
  )
  const names = Object.keys(messages)
  /** TAMS says what webhooks can be told. */
  const webhookNames = WebhookEventType.options.map(cloudEventType)
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${title} events`,
      version,
      description:
        'What the service tells of, as CloudEvents 1.0: webhooks in binary mode (attributes in headers, TAMS’s ' +
        'body), readers of the stream in structured mode.',
      license: { name: license.name, url: `https://spdx.org/licenses/${license.identifier}.html` },
    },
    defaultContentType: 'application/json',
    channels: {
      [CHANNEL]: {
        // Whatever URL a webhook was registered with.
        address: null,
        description: 'HTTP POST to the URL of a webhook: at least once, in order for each.',
        messages: Object.fromEntries(
          webhookNames.map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
      [STREAM]: {
        address: '/events',
        description:
          'Server-Sent Events: `event` is the name of the message, `data` its payload, `id` a cursor.',
        messages: Object.fromEntries(streamed),
      },
      ...commands.channels,
    },
    operations: {
      tellWebhooks: {
        action: 'send',
        channel: { $ref: `#/channels/${CHANNEL}` },
        messages: webhookNames.map((name) => ({ $ref: `#/channels/${CHANNEL}/messages/${name}` })),
        bindings: { http: { method: 'POST' } },
      },
      tellReaders: {
        action: 'send',
        channel: { $ref: `#/channels/${STREAM}` },
        messages: names.map((name) => ({ $ref: `#/channels/${STREAM}/messages/${name}` })),
        bindings: { http: { method: 'GET' } },
      },
      ...commands.operations,
    },
    components: { messages, schemas: writer.components },
  }
}

type Attributes = {
  readonly properties: Readonly<Record<string, JsonObject>>
  readonly required: readonly string[]
}

function attributesOf(reference: JsonObject, components: Readonly<Record<string, JsonObject>>): Attributes {
  const id = String(reference['$ref']).split('/').at(-1)!
  return (components[id] ?? reference) as Attributes
}

/** Attributes of a CloudEvent are headers with a prefix before their names, but for the type of the data. */
function headersOf({ properties, required }: Attributes, prefix = 'ce-'): JsonObject {
  const nameOf = (attribute: string) =>
    attribute === 'datacontenttype' ? 'content-type' : `${prefix}${attribute}`
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([attribute, schema]) => [nameOf(attribute), schema]),
    ),
    required: required.map(nameOf),
  }
}

/** A CloudEvent as one document. */
const structuredOf = ({ properties, required }: Attributes, data: JsonObject): JsonObject => ({
  type: 'object',
  properties: { ...properties, data },
  required: [...required, 'data'],
})
