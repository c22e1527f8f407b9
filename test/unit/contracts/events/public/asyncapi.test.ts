import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { asyncapiDocument, schemaFragment } from '../../../../../contracts/events/public/asyncapi.ts'
import { cloudEventType } from '../../../../../contracts/events/public/cloud-event.ts'
import {
  ExtensionEventType,
  PublicEventType,
} from '../../../../../contracts/events/public/public-event-type.ts'
import type { JsonObject } from '../../../../../contracts/http/json.ts'
import { apiInfo } from '../../../../../contracts/operations/api-info.ts'
import { WebhookEventType } from '../../../../../contracts/resources/webhook.ts'
import { resolverOf } from '../../../../support/contracts/openapi-operations.ts'

const document = asyncapiDocument(apiInfo)
const resolve = resolverOf(document)
const TIME = '2026-11-21T03:30:00.000Z'
const ID = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'

const deletion = {
  flow_delete_request: {
    id: ID,
    flow_id: ID,
    timerange_to_delete: '_',
    timerange_remaining: '()',
    delete_flow: false,
    status: 'done',
  },
}

const events: Record<PublicEventType, object> = {
  'flows/created': { flow: { id: ID, source_id: ID, format: 'urn:x-nmos:format:multi' } },
  'flows/updated': { flow: { id: ID, source_id: ID, format: 'urn:x-nmos:format:multi' } },
  'flows/deleted': { flow_id: ID },
  'flows/segments_added': {
    flow_id: ID,
    segments: [{ object_id: 'a', timerange: '[0:0_1:0)', get_urls: [] }],
  },
  'flows/segments_deleted': { flow_id: ID, timerange: '[0:0_1:0)' },
  'sources/created': { source: { id: ID, format: 'urn:x-nmos:format:video' } },
  'sources/updated': { source: { id: ID, format: 'urn:x-nmos:format:video' } },
  'sources/deleted': { source_id: ID },
  'objects/allocated': { object_id: 'a', flow_id: ID, storage_id: ID, content_type: 'video/mp2t' },
  'objects/created': { object: { id: 'a', timerange: '[0:0_1:0)', init_object: { id: 'i' } } },
  'objects/measured': {
    object_id: 'a',
    storage_id: ID,
    size_bytes: 1,
    checksums: [{ algorithm: 'md5', value: 'x' }],
  },
  'objects/instance_added': { object_id: 'a', label: 'web' },
  'objects/instance_removed': { object_id: 'a', storage_id: ID },
  'objects/deleted': { object_id: 'a' },
  'flow_delete_requests/created': deletion,
  'flow_delete_requests/updated': deletion,
  'flow_delete_requests/completed': deletion,
  'flow_delete_requests/failed': deletion,
}

describe('the AsyncAPI document', () => {
  it('has references to what is in it, and no others', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!)
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) expect(resolve(reference), reference).toBeDefined()
  })

  it('has a message for everything, those beyond TAMS marked', () => {
    const messages = Object.values(document.components.messages)
    expect(messages.map(({ title }) => title)).toStrictEqual(PublicEventType.options)
    const marked = messages.filter((message) => message['x-framelog-extension'] === true)
    expect(marked.map(({ title }) => title)).toStrictEqual(ExtensionEventType.options)
  })

  it('says that webhooks are told what TAMS says they can be told, and nothing else', () => {
    const { messages } = document.channels['webhooks'] as { readonly messages: object }
    const names = WebhookEventType.options.map(cloudEventType)
    expect(Object.keys(messages)).toStrictEqual(names)
    expect(document.operations).toMatchObject({
      tellWebhooks: {
        action: 'send',
        messages: names.map((name) => ({ $ref: `#/channels/webhooks/messages/${name}` })),
      },
    })
  })

  it('has a message for everything on the stream, each as one CloudEvent', () => {
    const { messages } = document.channels['events'] as {
      readonly messages: Readonly<Record<string, JsonObject>>
    }
    expect(Object.values(messages).map(({ title }) => title)).toStrictEqual(PublicEventType.options)
    expect(messages['tams.objects.created']).toMatchObject({ 'x-framelog-extension': true })
    expect(messages['tams.flows.deleted']?.['payload']).toMatchObject({
      properties: { id: { type: 'string' }, data: { $ref: `${schemaFragment('flows/deleted')}` } },
      required: expect.arrayContaining(['specversion', 'id', 'type', 'data']),
    })
  })

  it('has the commands that Kafka may bring, and their answers', () => {
    const channels = document.channels as Readonly<
      Record<string, { readonly address: string; readonly messages?: object }>
    >
    const topics = Object.values(channels).flatMap(({ address, messages = {} }) =>
      address?.includes('.commands.') ? [[address, ...Object.keys(messages)]] : [],
    )
    expect(topics).toEqual([
      [
        '{prefix}.commands.segments',
        'tams.commands.register_segments',
        'tams.commands.register_segments.structured',
      ],
      ['{prefix}.commands.results', 'tams.commands.segments_registered'],
      ['{prefix}.commands.rejected', 'tams.commands.rejected'],
    ])
    expect(channels['commandsSegments']?.messages).toMatchObject({
      'tams.commands.register_segments': {
        headers: { required: expect.arrayContaining(['ce_id', 'ce_source', 'ce_subject']) },
        payload: { $ref: '#/components/schemas/FlowSegmentsPost' },
      },
    })
    expect(document.operations).toMatchObject({
      takeCommands: { action: 'receive' },
      tellRejections: { action: 'send' },
    })
  })

  it.each(PublicEventType.options)('says what the body of %s is', (type) => {
    const ajv = new Ajv2020({ strict: false, validateSchema: false })
    formats.default(ajv)
    ajv.addSchema(document, 'https://framelog.test/asyncapi')
    const validate = ajv.compile({ $ref: `https://framelog.test/asyncapi${schemaFragment(type)}` })
    const body = { event_timestamp: TIME, event_type: type, event: events[type] }
    expect(validate(body), JSON.stringify(validate.errors)).toBe(true)
    expect(validate({ ...body, event_type: 'flows/other' })).toBe(false)
    expect(validate({ ...body, event: {} })).toBe(false)
  })
})
