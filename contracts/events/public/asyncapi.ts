import type { JsonObject } from '../../http/json.ts'
import type { DocumentInfo } from '../../http/openapi.ts'
import { schemaWriter } from '../../http/schema-writer.ts'
import { WebhookEventType } from '../../resources/webhook.ts'
import { CloudEventAttributes, cloudEventType } from './cloud-event.ts'
import { notifications } from './notification.ts'

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
export const schemaFragment = (type: WebhookEventType): string =>
  `#/components/schemas/${notifications[type].meta()!.id}`

const CHANNEL = 'webhooks'

/** The AsyncAPI document of all that others are told, from the same schemas as the OpenAPI document. */
export function asyncapiDocument({ title, version, license }: DocumentInfo): AsyncapiDocument {
  const writer = schemaWriter()
  const headers = headersOf(writer.write(CloudEventAttributes, 'output'), writer.components)
  const messages = Object.fromEntries(
    WebhookEventType.options.map((type) => [
      cloudEventType(type),
      {
        name: cloudEventType(type),
        title: type,
        summary: `What is told as \`${type}\`.`,
        contentType: 'application/json',
        headers,
        payload: writer.write(notifications[type], 'output'),
      },
    ]),
  )
  const names = Object.keys(messages)
  return {
    asyncapi: '3.0.0',
    info: {
      title: `${title} events`,
      version,
      description:
        'What the service tells of, as CloudEvents 1.0 in binary mode: attributes in headers, TAMS’s body.',
      license: { name: license.name, url: `https://spdx.org/licenses/${license.identifier}.html` },
    },
    defaultContentType: 'application/json',
    channels: {
      [CHANNEL]: {
        // Whatever URL a webhook was registered with.
        address: null,
        description: 'HTTP POST to the URL of a webhook: at least once, in order for each.',
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      tellWebhooks: {
        action: 'send',
        channel: { $ref: `#/channels/${CHANNEL}` },
        messages: names.map((name) => ({ $ref: `#/channels/${CHANNEL}/messages/${name}` })),
        bindings: { http: { method: 'POST' } },
      },
    },
    components: { messages, schemas: writer.components },
  }
}

/** Attributes of a CloudEvent are headers with `ce-` before their names, but for the type of the data. */
function headersOf(reference: JsonObject, components: Readonly<Record<string, JsonObject>>): JsonObject {
  const id = String(reference['$ref']).split('/').at(-1)!
  const { properties, required } = (components[id] ?? reference) as {
    readonly properties: Readonly<Record<string, JsonObject>>
    readonly required: readonly string[]
  }
  const nameOf = (attribute: string) => (attribute === 'datacontenttype' ? 'content-type' : `ce-${attribute}`)
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([attribute, schema]) => [nameOf(attribute), schema]),
    ),
    required: required.map(nameOf),
  }
}
