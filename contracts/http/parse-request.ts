import type { z } from 'zod'
import { describeIssues, wordIssue, wordParameterIssue } from './describe-issues.ts'
import type { Operation, OperationRequest } from './operation.ts'

export type RequestPart = 'params' | 'query' | 'body'

/**
 * What a client sent is not what the operation takes. In `params` the path names nothing that could exist
 * (404), elsewhere the request is at fault (400).
 */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest'
  readonly where: RequestPart
  /** For people: which part of what was sent is wrong, and how. */
  readonly summary: string

  constructor(where: RequestPart, summary: string) {
    super(`${where}: ${summary}`)
    this.where = where
    this.summary = summary
  }
}

/** A request as a framework has it: names and text decoded, the body read as JSON. */
export type RawRequest = {
  readonly params: unknown
  /** By name; a list where the name came more than once. */
  readonly query: unknown
  readonly body: unknown
}

/** @throws InvalidRequest */
export function parseRequest<O extends Operation>(operation: O, request: RawRequest): OperationRequest<O>
export function parseRequest(operation: Operation, request: RawRequest): OperationRequest<Operation> {
  const { named, matched } = splitQuery(operation, request.query)
  return {
    params: parsePart('params', 'path', operation.params, request.params),
    query: parsePart('query', 'query', operation.query, named),
    queryPatterns: matched,
    body: operation.body && parsePart('body', 'body', operation.body, request.body),
  }
}

/** @param root how to call the value where it is wrong as a whole @throws InvalidRequest */
export const parseBody = <T extends z.ZodType>(schema: T, root: string, value: unknown): z.output<T> =>
  parsePart('body', root, schema, value)

/** TAMS clients keep this parameter on every request (url_token_auth): authentication reads it, nobody else. */
const CREDENTIAL = 'access_token'

type QueryValues = Record<string, unknown>

/** Parts the parameters that are declared by name from those that a pattern allows. */
function splitQuery(operation: Operation, query: unknown) {
  const named: QueryValues = {}
  const matched: Record<string, Map<string, unknown>> = {}
  for (const pattern in operation.queryPatterns) matched[pattern] = new Map()
  for (const [key, value] of Object.entries(query ?? {})) {
    if (key === CREDENTIAL) continue
    const pattern = Object.keys(matched).find((each) => key.startsWith(prefixOf(each)))
    if (pattern !== undefined && !Object.hasOwn(operation.query.shape, key)) {
      const schema = operation.queryPatterns[pattern as `${string}{name}`]!
      const name = key.slice(prefixOf(pattern).length)
      matched[pattern]!.set(name, parsePart('query', key, schema, value, [key]))
    } else {
      // Defined, not assigned: a parameter may well be called __proto__.
      Object.defineProperty(named, key, { value, enumerable: true })
    }
  }
  return { named, matched }
}

const prefixOf = (pattern: string): string => pattern.slice(0, -'{name}'.length)

function parsePart<T extends z.ZodType>(
  where: RequestPart,
  root: string,
  schema: T,
  value: unknown,
  path: readonly string[] = [],
): z.output<T> {
  const parsed = schema.safeParse(value, where === 'query' ? QUERY_WORDS : WORDS)
  if (parsed.success) return parsed.data
  throw new InvalidRequest(where, describeIssues(parsed.error.issues, root, path))
}

const WORDS = { error: wordIssue }
const QUERY_WORDS = { error: wordParameterIssue }
