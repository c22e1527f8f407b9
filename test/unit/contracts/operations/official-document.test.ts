import { describe, expect, it } from 'vitest'
import { openapiDocument } from '../../../../contracts/http/openapi.ts'
import { operations } from '../../../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../../../contracts/operations/api-info.ts'
import {
  operationsOf,
  resolverOf,
  type SpecOperation,
} from '../../../support/contracts/openapi-operations.ts'
import { fieldsOf, type Resolve } from '../../../support/contracts/schema-fields.ts'
import {
  hasSpecification,
  ifSpecified,
  readOfficialDocument,
  readSchema,
} from '../../../support/contracts/tams-specification.ts'

type JsonObject = Record<string, unknown>

const ours = openapiDocument(operations, apiInfo)
const resolveOurs = resolverOf(ours)
const official = hasSpecification ? readOfficialDocument() : { paths: {} }
const resolveWithin = resolverOf(official)
const resolveOfficial = (reference: string) =>
  reference.startsWith('#') ? resolveWithin(reference) : readSchema(reference.replace(/^.*\//, ''))

const officialById = operationsOf(official, resolveOfficial)
const oursById = operationsOf(ours, resolveOurs)
const isOurOwn = ({ operation }: SpecOperation) => operation['x-framelog-extension'] === true
const shared = [...oursById.values()].filter((own) => !isOurOwn(own))
const pairs = shared.flatMap((own) => {
  const spec = officialById.get(own.id)
  return spec ? [{ id: own.id, own, spec }] : []
})
const missing = [...officialById.keys()].filter((id) => !oursById.has(id))

/** Set by the service alone: TAMS lets a Flow's body have them, and has them ignored. */
const IGNORED_IN_PUT = [
  'created',
  'metadata_updated',
  'segments_updated',
  'timerange',
  'collected_by',
  'collected_by[]',
]

/** By operation, what its body may have that is not read. */
const IGNORED: Readonly<Record<string, readonly string[]>> = {
  'PUT_flows-flowId': IGNORED_IN_PUT,
  'POST_profiles-profileId': ['created'],
}

/** TAMS names fewer formats for this HEAD than for its GET, whose statuses it is to have (ADR 0010). */
const GET_OF: Readonly<Record<string, string>> = { HEAD_profiles: 'GET_profiles' }

describe.skipIf(!hasSpecification)(`beside the official TAMS document${ifSpecified}`, () => {
  it('every operation that is not an extension of ours is one of TAMS’s', () => {
    expect(shared.filter(({ id }) => !officialById.has(id)).map(({ id }) => id)).toEqual([])
    expect(pairs.length).toBe(shared.length)
  })

  it.skip.each(missing)('%s is yet to come', () => {})

  it.each(pairs)('$id is where TAMS has it', ({ own, spec }) => {
    expect(`${own.method} ${own.path}`).toBe(`${spec.method} ${spec.path}`)
  })

  it.each(pairs)('$id takes the same parameters', ({ id, own, spec }) => {
    const described = (operation: SpecOperation, resolve: Resolve) =>
      new Map(
        operation.parameters
          .filter((parameter) => parameter['x-framelog-extension'] !== true)
          .map((parameter) => [parameter['name'], describeParameter(parameter, resolve)]),
      )
    expect(described(own, resolveOurs)).toEqual(
      described(officialById.get(GET_OF[id] ?? id) ?? spec, resolveOfficial),
    )
  })

  it.each(pairs)('$id has the same defaults, where TAMS names one', ({ own, spec }) => {
    expect(new Map([...defaultsOf(own)].filter(([name]) => defaultsOf(spec).has(name)))).toEqual(
      defaultsOf(spec),
    )
  })

  it.each(pairs)('$id answers with every status TAMS names, and no other but refusals', ({ own, spec }) => {
    expect(Object.keys(own.responses)).toEqual(expect.arrayContaining(Object.keys(spec.responses)))
    const more = Object.keys(own.responses).filter((status) => !(status in spec.responses))
    expect(['400', 'default']).toEqual(expect.arrayContaining(more))
  })

  it.each(pairs)('$id answers with every header TAMS names', ({ own, spec }) => {
    for (const [status, response] of Object.entries(spec.responses)) {
      const headers = Object.keys(response['headers'] ?? {})
      expect(Object.keys(own.responses[status]?.['headers'] ?? {})).toEqual(expect.arrayContaining(headers))
    }
  })

  it.each(pairs.filter(({ spec }) => spec.bodySchema))('$id takes the same body', ({ id, own, spec }) => {
    expect(own.isBodyRequired).toBe(spec.isBodyRequired)
    const wanted = listOf(fieldsOf(spec.bodySchema, resolveOfficial))
    const ignored = IGNORED[id] ?? []
    expect(listOf(fieldsOf(own.bodySchema, resolveOurs))).toEqual(
      wanted.filter((field) => !ignored.includes(field.split(' ')[0]!)),
    )
  })

  const answers = pairs.flatMap(({ id, own, spec }) =>
    Object.keys(spec.responses).flatMap((status) => {
      const schema = spec.schemaOf(status)
      const isText = schema?.['type'] === 'string' || !schema || !('$ref' in schema || 'type' in schema)
      return isText || own.method === 'head' ? [] : [{ id, status, own, spec }]
    }),
  )

  it.each(answers)('$id answers $status with the same body', ({ id, status, own, spec }) => {
    const beyond = ASKED_FOR[id] ?? []
    const ours = listOf(fieldsOf(own.schemaOf(status), resolveOurs))
    expect(ours.filter((field) => !beyond.includes(field.split(/[ .[]/)[0]!))).toEqual(
      listOf(fieldsOf(spec.schemaOf(status), resolveOfficial)),
    )
  })
})

describe.skipIf(!hasSpecification)(`who callers are${ifSpecified}`, () => {
  type Secured = {
    readonly security: unknown
    readonly components: { readonly securitySchemes: Record<string, JsonObject> }
  }
  const spec = official as unknown as Secured
  const every = openapiDocument(operations, apiInfo, { bearer: true, urlToken: true, basic: true })

  it('can be told in the ways TAMS has', () => {
    const ways = ({ components: { securitySchemes } }: Secured) =>
      Object.fromEntries(
        Object.entries(securitySchemes).map(([name, { description: _, ...scheme }]) => [name, scheme]),
      )
    expect(ways(every as unknown as Secured)).toEqual(ways(spec))
    expect(every.security).toEqual(spec.security)
  })

  it('is asked for by every operation that is TAMS’s', () => {
    const open = [...operationsOf(every, resolveOurs).values()].filter(
      ({ operation }) => operation['security'],
    )
    expect(open.filter((operation) => !isOurOwn(operation)).map(({ id }) => id)).toEqual([])
    expect(open.flatMap(({ operation }) => operation['security'])).toEqual([])
  })
})

/** Properties that an answer has only where a parameter of ours asks for them. */
const ASKED_FOR: Readonly<Record<string, readonly string[]>> = { GET_objects: ['size_bytes', 'checksums'] }

/** What of a parameter has to agree. A list between commas is an array to us, and a text to TAMS. */
function describeParameter({ in: place, required = false, schema }: JsonObject, resolve: Resolve) {
  const whole = schema as JsonObject
  const { type, enum: values } = whole['$ref'] ? resolve(String(whole['$ref'])) : whole
  return { place, required, values, kind: type === 'array' ? 'string' : type }
}

function defaultsOf({ parameters }: SpecOperation): ReadonlyMap<unknown, unknown> {
  return new Map(
    parameters.flatMap(({ name, schema }) => {
      const { default: value } = schema as JsonObject
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

function listOf(fields: ReturnType<typeof fieldsOf>): readonly string[] {
  return [...fields]
    .map(([path, { required, type }]) => `${path} ${type}${required ? ' required' : ''}`)
    .sort()
}
