import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { asyncapiDocument, schemaFragment } from '../../../../../contracts/events/public/asyncapi.ts'
import { apiInfo } from '../../../../../contracts/operations/api-info.ts'
import { WebhookEventType } from '../../../../../contracts/resources/webhook.ts'
import { resolverOf } from '../../../../support/contracts/openapi-operations.ts'

const document = asyncapiDocument(apiInfo)
const resolve = resolverOf(document)
const TIME = '2026-11-21T03:30:00.000Z'
const ID = '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10'

const events: Record<WebhookEventType, object> = {
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
}

describe('the AsyncAPI document', () => {
  it('has references to what is in it, and no others', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!)
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) expect(resolve(reference), reference).toBeDefined()
  })

  it('has a message for everything that a webhook can be told of', () => {
    const titles = Object.values(document.components.messages).map(({ title }) => title)
    expect(titles).toStrictEqual(WebhookEventType.options)
    expect(document.operations).toMatchObject({ tellWebhooks: { action: 'send' } })
  })

  it('has the same for the stream, each as one CloudEvent', () => {
    const { messages } = document.channels['events'] as {
      readonly messages: Readonly<Record<string, { readonly title: string; readonly payload: object }>>
    }
    expect(Object.values(messages).map(({ title }) => title)).toStrictEqual(WebhookEventType.options)
    expect(messages['tams.flows.deleted']?.payload).toMatchObject({
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

  it.each(WebhookEventType.options)('says what the body of %s is', (type) => {
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
