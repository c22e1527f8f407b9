import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import type { SpecOperation } from './openapi-operations.ts'

/** An answer to a request, as it came. */
export type GivenAnswer = {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** @returns what is wrong with an answer, by one document; undefined where the document knows no such operation */
export type AnswerChecker = (answer: GivenAnswer) => readonly string[] | undefined

/**
 * @param ajv knows every schema that is referred to
 * @param base URI that references in the document start from
 */
export function answerChecker(
  operations: Iterable<SpecOperation>,
  ajv: Ajv2020,
  base: string,
): AnswerChecker {
  const known = [...operations]
    .map((operation) => ({ operation, pattern: patternOf(operation.path) }))
    .sort((a, b) => parametersIn(a.operation.path) - parametersIn(b.operation.path))
  const validators = new Map<object, ValidateFunction>()
  const validatorOf = (schema: object): ValidateFunction => {
    const made = validators.get(schema) ?? ajv.compile(withAbsoluteReferences(schema, base))
    validators.set(schema, made)
    return made
  }
  return (answer) => {
    const method = answer.method.toLowerCase()
    const found = known.find(
      ({ operation, pattern }) => operation.method === method && pattern.test(answer.path),
    )
    return found && faultsOf(found.operation, answer, validatorOf)
  }
}

function faultsOf(
  operation: SpecOperation,
  { status, headers, text }: GivenAnswer,
  validatorOf: (schema: object) => ValidateFunction,
): readonly string[] {
  const response = operation.responses[String(status)]
  // Any refusal may come with the error body, which is looked at elsewhere.
  if (!response) return status >= 400 ? [] : [`${operation.id} has no ${status}`]
  const types = headerTypes(response)
  const wrong = [...types].filter(([name, type]) => !isOfType(headers.get(name), type))
  return [
    ...wrong.map(([name, type]) => `${name} is no ${type}: ${headers.get(name)}`),
    ...(operation.method === 'head' || status >= 400 ? [] : bodyFaults(operation, status, text, validatorOf)),
  ]
}

function bodyFaults(
  operation: SpecOperation,
  status: number,
  text: string,
  validatorOf: (schema: object) => ValidateFunction,
): readonly string[] {
  const content = operation.responses[String(status)]?.['content'] as object | undefined
  if (!content || text === '')
    return !content === (text === '') ? [] : [content ? 'no body' : `a body: ${text}`]
  const schema = operation.schemaOf(String(status))
  if (!schema) return []
  const validate = validatorOf(schema)
  if (validate(JSON.parse(text))) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `body${instancePath} ${message}`)
}

type Header = { readonly schema?: { readonly type?: string } }

function headerTypes(response: Record<string, unknown>): ReadonlyMap<string, string> {
  const headers = Object.entries((response['headers'] ?? {}) as Record<string, Header>)
  return new Map(headers.map(([name, { schema }]) => [name, schema?.type ?? 'string']))
}

function isOfType(value: string | null, type: string): boolean {
  if (value === null) return true
  if (type === 'integer') return /^-?\d+$/.test(value)
  if (type === 'boolean') return value === 'true' || value === 'false'
  return true
}

const withAbsoluteReferences = (schema: object, base: string): object =>
  JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? new URL(value, base).href : value,
  )

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[\w-]+\}/g, '[^/]+')}/?$`)

const parametersIn = (path: string): number => path.split('{').length
