import type { z } from 'zod'
import { ErrorBody } from '../resources/error.ts'
import { type HeadOperation, headOf } from './head-operation.ts'
import { IDEMPOTENCY_HEADER, IdempotencyKey } from './idempotency-key.ts'
import type { JsonObject } from './json.ts'
import type { Operation, ResponseDefinition } from './operation.ts'
import { type SchemaWriter, schemaWriter } from './schema-writer.ts'
import { securityOf, securitySchemes, type Ways } from './security-schemes.ts'

export type DocumentInfo = {
  readonly title: string
  readonly version: string
  readonly description: string
  readonly license: { readonly name: string; readonly identifier: string }
  /** What each tag stands for. */
  readonly tags: Readonly<Record<string, string>>
}

export type OpenapiDocument = {
  readonly openapi: '3.1.0'
  readonly info: Omit<DocumentInfo, 'tags'>
  readonly servers: readonly JsonObject[]
  readonly tags: readonly JsonObject[]
  /** Of all operations but those that say otherwise; none where nobody has to say who they are. */
  readonly security?: readonly JsonObject[]
  readonly paths: Readonly<Record<string, JsonObject>>
  readonly components: { readonly schemas: JsonObject; readonly securitySchemes?: JsonObject }
}

/**
 * The OpenAPI document of some operations, with the HEAD that comes with each GET.
 * @param ways how callers say who they are; none: they do not have to
 */
export function openapiDocument(
  operations: readonly Operation[],
  info: DocumentInfo,
  ways?: Ways,
): OpenapiDocument {
  const { tags, ...about } = info
  const writer = schemaWriter()
  const paths: Record<string, JsonObject> = {}
  for (const operation of operations) {
    const twins = operation.method === 'get' ? [operation, headOf(operation)] : [operation]
    for (const twin of twins) {
      paths[twin.path] = { ...paths[twin.path], [twin.method]: operationObject(twin, writer, ways) }
    }
  }
  const used = new Set(operations.map(({ tag }) => tag))
  return {
    openapi: '3.1.0',
    info: about,
    // Relative to this document, so that it is right below any prefix.
    servers: [{ url: '.', description: 'Where this document is' }],
    tags: Object.entries(tags).flatMap(([name, description]) =>
      used.has(name) ? [{ name, description }] : [],
    ),
    ...(ways && { security: securityOf(ways) }),
    paths,
    components: {
      schemas: sorted(writer.components),
      ...(ways && { securitySchemes: securitySchemes(ways) }),
    },
  }
}

function operationObject(
  operation: Operation | HeadOperation,
  writer: SchemaWriter,
  ways: Ways | undefined,
): JsonObject {
  const { operationId, tag, summary, description, body, isExtension, scopes } = operation
  const parameters = parameterObjects(operation, writer)
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(isExtension && { 'x-framelog-extension': true }),
    ...(scopes.length > 0 ? { 'x-framelog-scopes': scopes } : ways && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: requestBodyObject(body, operation, writer) }),
    responses: responseObjects(operation, writer),
  }
}

function parameterObjects(operation: Operation | HeadOperation, writer: SchemaWriter) {
  const { method, params, query, queryPatterns } = operation
  const isRead = method === 'get' || method === 'head'
  return [
    ...Object.entries(params.shape).map(([name, schema]) => parameterObject(name, 'path', schema, writer)),
    ...Object.entries(query.shape).map(([name, schema]) => parameterObject(name, 'query', schema, writer)),
    ...Object.entries(queryPatterns).map(([name, schema]) => parameterObject(name, 'query', schema, writer)),
    ...(isRead ? [] : [parameterObject(IDEMPOTENCY_HEADER, 'header', IdempotencyKey, writer)]),
  ]
}

function parameterObject(
  name: string,
  place: 'path' | 'query' | 'header',
  schema: z.ZodType,
  writer: SchemaWriter,
): JsonObject {
  const { description, 'x-framelog-extension': isExtension, ...written } = writer.write(schema, 'output')
  return {
    name,
    in: place,
    ...(isExtension === true && { 'x-framelog-extension': true }),
    ...(description !== undefined && { description }),
    ...(place === 'path' && { required: true }),
    // Lists are separated by commas.
    ...(written['type'] === 'array' && { style: 'form', explode: false }),
    schema: written,
  }
}

function requestBodyObject(
  body: z.ZodType,
  { bodyExamples, formBody }: Operation | HeadOperation,
  writer: SchemaWriter,
) {
  const required = !body.safeParse(undefined).success
  const titled = Object.entries(bodyExamples).map(([title, value]) => [title, { value }])
  const examples = titled.length > 0 && { examples: Object.fromEntries(titled) }
  const form = formBody && {
    'multipart/form-data': { schema: writer.write(formBody, 'input'), 'x-framelog-extension': true },
  }
  const content = { 'application/json': { schema: writer.write(body, 'input'), ...examples }, ...form }
  return { required, content }
}

function responseObjects({ method, responses }: Operation | HeadOperation, writer: SchemaWriter): JsonObject {
  const failure = (response: ResponseDefinition): ResponseDefinition =>
    method === 'head' ? response : { body: ErrorBody, ...response }
  const objects: Record<string, JsonObject> = {}
  for (const [status, response] of Object.entries(responses)) {
    objects[status] = responseObject(Number(status) < 400 ? response : failure(response), writer)
  }
  return { ...objects, default: responseObject(failure({ description: 'Any other failure.' }), writer) }
}

function responseObject(
  {
    description,
    body,
    bodyOfForm,
    headers,
    contentType = 'application/json',
    alsoAs = [],
  }: ResponseDefinition,
  writer: SchemaWriter,
) {
  const contentOf = (schema: z.ZodType) => ({ [contentType]: { schema: writer.write(schema, 'input') } })
  return {
    description,
    ...(headers && { headers: headerObjects(headers, writer) }),
    ...(body && { content: { ...contentOf(body), ...Object.fromEntries(alsoAs.map((type) => [type, {}])) } }),
    ...(bodyOfForm && { 'x-framelog-form-content': contentOf(bodyOfForm) }),
  }
}

function headerObjects(
  headers: NonNullable<ResponseDefinition['headers']>,
  writer: SchemaWriter,
): JsonObject {
  const entries = Object.entries(headers).map(([name, header]) => {
    const { description, ...schema } = writer.write(header, 'output')
    return [name, { ...(description !== undefined && { description }), schema }]
  })
  return Object.fromEntries(entries) as JsonObject
}

function sorted(components: SchemaWriter['components']): JsonObject {
  return Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1)))
}
