import type { Resolve } from './schema-fields.ts'

type JsonObject = Record<string, unknown>

/** An operation of an OpenAPI document, with what its path says for all operations. */
export type SpecOperation = {
  readonly id: string
  readonly method: string
  readonly path: string
  readonly operation: JsonObject
  readonly parameters: readonly JsonObject[]
  readonly responses: Readonly<Record<string, JsonObject>>
  readonly bodySchema: JsonObject | undefined
  readonly isBodyRequired: boolean
  /** Of an answer's JSON body. */
  schemaOf(status: string): JsonObject | undefined
}

const METHODS = ['get', 'head', 'put', 'post', 'delete']

/** The operations of a document by id, webhooks aside. */
export function operationsOf(document: object, resolve: Resolve): ReadonlyMap<string, SpecOperation> {
  const { paths } = document as { paths: Record<string, JsonObject> }
  const found = Object.entries(paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => operationOf(path, method, item, resolve)),
  )
  return new Map(found.map((operation) => [operation.id, operation]))
}

/** Follows references within a document. */
export function resolverOf(document: object): Resolve {
  return (reference) =>
    reference
      .replace(/^#\//, '')
      .split('/')
      .reduce<JsonObject>((value, key) => value[key] as JsonObject, document as JsonObject)
}

function operationOf(path: string, method: string, item: JsonObject, resolve: Resolve): SpecOperation {
  const operation = item[method] as JsonObject
  const follow = (value: JsonObject): JsonObject =>
    value['$ref'] ? { ...resolve(String(value['$ref'])), ...value } : value
  const listed = [
    ...((item['parameters'] ?? []) as JsonObject[]),
    ...((operation['parameters'] ?? []) as JsonObject[]),
  ]
  const given = Object.entries(operation['responses'] as Record<string, JsonObject>)
  const responses = Object.fromEntries(given.map(([status, response]) => [status, follow(response)]))
  const requestBody = operation['requestBody'] as JsonObject | undefined
  return {
    id: String(operation['operationId']),
    method,
    path,
    operation,
    parameters: listed.map(follow),
    responses,
    bodySchema: jsonSchemaIn(requestBody),
    isBodyRequired: requestBody?.['required'] === true,
    schemaOf: (status) => jsonSchemaIn(responses[status]),
  }
}

function jsonSchemaIn(holder: JsonObject | undefined): JsonObject | undefined {
  const content = holder?.['content'] as Record<string, { schema: JsonObject }> | undefined
  return content?.['application/json']?.schema
}
