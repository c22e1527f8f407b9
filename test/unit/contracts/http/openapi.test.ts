import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openapiDocument } from '../../../../contracts/http/openapi.ts'
import { defineOperation } from '../../../../contracts/http/operation.ts'
import { UuidListText } from '../../../../contracts/http/query-text.ts'
import { operations } from '../../../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../../../contracts/operations/api-info.ts'
import { Uuid } from '../../../../contracts/resources/uuid.ts'
import { operationsOf, resolverOf } from '../../../support/contracts/openapi-operations.ts'
import { fieldsOf } from '../../../support/contracts/schema-fields.ts'

const document = openapiDocument(operations, apiInfo)
const documented = operationsOf(document, resolverOf(document))

const Thing = z
  .object({ id: Uuid, name: z.string().describe('Its name.').exactOptional() })
  .meta({ id: 'Thing' })

const thingInfo = { ...apiInfo, tags: { Things: 'All things.', Others: 'Not used.' } }
const getThing = defineOperation({
  operationId: 'GET_things-thingId',
  method: 'get',
  path: '/things/{thingId}',
  tag: 'Things',
  summary: 'Describe a thing',
  isExtension: true,
  params: { thingId: Uuid.describe('The thing.') },
  query: { ids: UuidListText.describe('Which.').exactOptional() },
  queryPatterns: { 'tag.{name}': z.string().describe('By tag.') },
  responses: {
    200: { description: 'The thing.', body: Thing, headers: { 'X-Count': z.int().describe('How many.') } },
    404: { description: 'No thing.' },
  },
})
const putThing = defineOperation({
  operationId: 'PUT_things-thingId',
  method: 'put',
  path: '/things/{thingId}',
  tag: 'Things',
  summary: 'Put a thing',
  params: { thingId: Uuid },
  body: Thing.prefault({ id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10' }),
  bodyExamples: { 'A thing': { id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10' } },
  responses: { 204: { description: 'Put.' } },
})

describe('the OpenAPI document', () => {
  it('is a valid OpenAPI 3.1 document', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)))
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
  })

  it('has each operation once, and with each GET a HEAD of the same statuses and headers', () => {
    const gets = operations.filter(({ method }) => method === 'get')
    expect(documented.size).toBe(operations.length + gets.length)
    for (const { operationId } of gets) {
      const get = documented.get(operationId)
      const head = documented.get(operationId.replace('GET_', 'HEAD_'))
      expect(head?.method).toBe('head')
      expect(head?.parameters).toEqual(get?.parameters)
      expect(Object.keys(head?.responses ?? {})).toEqual(Object.keys(get?.responses ?? {}))
      for (const [status, response] of Object.entries(head?.responses ?? {})) {
        expect(response).not.toHaveProperty('content')
        expect(response['headers']).toEqual(get?.responses[status]?.['headers'])
      }
    }
  })

  it('gives every refusal the error body', () => {
    for (const { method, responses } of documented.values()) {
      const refusals = Object.entries(responses).filter(([status]) => status === 'default' || status >= '400')
      expect(refusals.map(([status]) => status)).toContain('default')
      for (const [status, { content }] of refusals) {
        const isHealth = status === '503'
        const error = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
        if (!isHealth) expect(content).toEqual(method === 'head' ? undefined : error)
      }
    }
  })

  it('marks what is not in TAMS, and nothing else', () => {
    const marked = [...documented.values()].filter(({ operation }) => operation['x-framelog-extension'])
    const told = marked.map(({ method, path }) => `${path} ${method}`)
    expect(told.filter((text) => !text.endsWith(' head')).sort()).toEqual([
      '/analytics/catalog-summary get',
      '/analytics/flow-usage get',
      '/analytics/storage-usage get',
      '/analytics/tables/{name} get',
      '/analytics/time-range-analysis get',
      '/asyncapi.json get',
      '/events get',
      '/flow-delete-requests post',
      '/flows post',
      '/flows/{flowId}/history get',
      '/flows/{flowId}/restore post',
      '/flows/{flowId}/segments/{objectId}/tags get',
      '/flows/{flowId}/segments/{objectId}/tags/{name} delete',
      '/flows/{flowId}/segments/{objectId}/tags/{name} get',
      '/flows/{flowId}/segments/{objectId}/tags/{name} put',
      '/health get',
      '/metrics get',
      '/objects post',
      '/objects/{objectId} delete',
      '/openapi.json get',
      '/sources post',
      '/sources/{sourceId} delete',
      '/sources/{sourceId} put',
      '/sources/{sourceId}/history get',
      '/vast/buckets get',
      '/vast/status get',
      '/vast/tables/{name}/stats get',
    ])
  })

  it('takes an idempotency key with all that writes, as an extension', () => {
    for (const { method, parameters } of documented.values()) {
      const header = parameters.find(({ name }) => name === 'Idempotency-Key')
      const isRead = method === 'get' || method === 'head'
      expect(header?.['in']).toBe(isRead ? undefined : 'header')
      expect(header?.['x-framelog-extension']).toBe(isRead ? undefined : true)
    }
  })

  it('marks parameters that are not in TAMS', () => {
    const marked = [...documented.values()].filter(({ parameters }) =>
      parameters.some(
        ({ name, ...parameter }) => name === 'as_of' && parameter['x-framelog-extension'] === true,
      ),
    )
    expect(marked.filter(({ method }) => method === 'get').map(({ path }) => path)).toEqual([
      '/service/profiles/{profileId}',
      '/service/webhooks/{webhookId}',
      '/sources/{sourceId}',
      '/sources/{sourceId}/tags',
      '/sources/{sourceId}/tags/{name}',
      '/sources/{sourceId}/description',
      '/sources/{sourceId}/label',
      '/flows/{flowId}',
      '/flows/{flowId}/tags',
      '/flows/{flowId}/tags/{name}',
      '/flows/{flowId}/description',
      '/flows/{flowId}/label',
      '/flows/{flowId}/read_only',
      '/flows/{flowId}/flow_collection',
      '/flows/{flowId}/max_bit_rate',
      '/flows/{flowId}/avg_bit_rate',
      '/flows/{flowId}/segments',
      '/objects/{objectId}',
    ])
  })

  it('is as valid with the ways in which callers say who they are', async () => {
    const ways = { bearer: true, urlToken: true, basic: true }
    const secured = openapiDocument(operations, apiInfo, ways)
    const { errors } = await new Validator().validate(JSON.parse(JSON.stringify(secured)))
    expect(errors).toBeUndefined()
    expect(document.security).toBeUndefined()
    expect(document.components).not.toHaveProperty('securitySchemes')
    const { security, components } = openapiDocument([getThing], thingInfo, {
      ...ways,
      bearer: false,
      urlToken: false,
    })
    expect(security).toEqual([{ basic_auth: [] }])
    expect(Object.keys(components.securitySchemes ?? {})).toEqual(['basic_auth'])
  })

  it('has a component for everything it refers to, and no other', () => {
    const text = JSON.stringify(document)
    const referred = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name))
    expect(Object.keys(document.components.schemas).sort()).toEqual([...referred].sort())
  })

  it('describes every parameter, and what every operation is for', () => {
    for (const { operation, parameters } of documented.values()) {
      expect(operation['summary']).toBeTruthy()
      for (const parameter of parameters) expect(parameter).toHaveProperty('description')
    }
    const used = new Set([...documented.values()].flatMap(({ operation }) => operation['tags']))
    expect(new Set(document.tags.map(({ name }) => name))).toEqual(used)
  })

  it('shows bodies that their operations accept', () => {
    const examples = operations.flatMap(({ operationId, body, bodyExamples }) =>
      Object.entries(bodyExamples).map(([title, example]) => ({ operationId, title, body, example })),
    )
    expect(examples.length).toBeGreaterThan(0)
    for (const { body, example } of examples) expect(body?.parse(example)).toEqual(example)
  })

  it('has every body’s fields', () => {
    const put = documented.get('PUT_flows-flowId')
    const fields = fieldsOf(put?.bodySchema, resolverOf(document))
    expect(fields.get('source_id')).toEqual({ required: true, type: 'string' })
    expect(fields.get('flow_collection[].container_mapping.mp2ts_container.pid')?.type).toBe('integer')
    expect(fields.get('essence_parameters.frame_rate.numerator')).toEqual({ required: true, type: 'integer' })
  })
})

describe('an operation in an OpenAPI document', () => {
  const { paths, tags, components } = openapiDocument([getThing, putThing], thingInfo)
  const item = paths['/things/{thingId}']

  it('has its parameters by name, by pattern and in the path', () => {
    const uuid = { $ref: '#/components/schemas/Uuid' }
    expect(item?.['get']).toMatchObject({
      operationId: 'GET_things-thingId',
      tags: ['Things'],
      'x-framelog-extension': true,
      parameters: [
        { name: 'thingId', in: 'path', required: true, description: 'The thing.', schema: uuid },
        {
          name: 'ids',
          in: 'query',
          description: 'Which.',
          style: 'form',
          explode: false,
          schema: { type: 'array', items: uuid },
        },
        { name: 'tag.{name}', in: 'query', description: 'By tag.', schema: { type: 'string' } },
      ],
    })
  })

  it('has its answers, with their headers', () => {
    expect(item?.['get']).toHaveProperty('responses', {
      200: {
        description: 'The thing.',
        headers: { 'X-Count': { description: 'How many.', schema: { type: 'integer' } } },
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
      },
      404: {
        description: 'No thing.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
      default: {
        description: 'Any other failure.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    })
  })

  it('has its body, needed or not, with examples', () => {
    expect(item?.['put']).toMatchObject({
      requestBody: {
        required: false,
        content: {
          'application/json': {
            examples: { 'A thing': { value: { id: '0d7b4f2e-6f0a-4d53-9a53-3f2f1c6f7f10' } } },
          },
        },
      },
    })
    expect(item?.['put']).not.toHaveProperty('x-framelog-extension')
  })

  it('brings the components and tags it needs, and no others', () => {
    expect(Object.keys(components.schemas)).toEqual(['Error', 'Thing', 'Uuid'])
    expect(tags).toEqual([{ name: 'Things', description: 'All things.' }])
  })
})
