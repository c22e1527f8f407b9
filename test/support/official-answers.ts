import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { openapiDocument } from '../../contracts/http/openapi.ts'
import { operations } from '../../contracts/operations/all-operations.ts'
import { apiInfo } from '../../contracts/operations/api-info.ts'
import { type AnswerChecker, answerChecker, type GivenAnswer } from './contracts/answer-checker.ts'
import { operationsOf, resolverOf } from './contracts/openapi-operations.ts'
import {
  hasSpecification,
  readOfficialDocument,
  readSchema,
  schemaNames,
} from './contracts/tams-specification.ts'

const OFFICIAL = 'https://tams.test/document'
const OWN = 'https://framelog.test/document'

/** Of these the service promises nothing beside the error body: pages for people, and media. */
const NOT_OPERATIONS = /^\/(docs|redoc|media)(\/|$)/

/** Asks for properties that TAMS has no place for. */
const BEYOND_TAMS = /[?&]include_checksums=true/

/**
 * Holds an answer of the service against the official TAMS document, where that lies beside this project, and
 * against the service's own: the status, the body by its schema, the types of headers, no body to a HEAD.
 * A refusal may have a status that a document does not name, for neither lists all (413 for a body that is
 * too large, 405, 503, and 400 for a parameter where TAMS names none), but always has the error body.
 * @throws telling all that is wrong
 */
export function checkAnswer(given: GivenAnswer & { readonly query?: string }): void {
  const asksBeyond = BEYOND_TAMS.test(given.query ?? '')
  const answer = { ...given, path: given.path.replace(/^\/api\/v1(?=\/|$)/, '') || '/' }
  const { method, path, status, text } = answer
  const faults = [
    ...generalFaults(answer),
    ...((!asksBeyond && official()?.(answer)) || []).map((fault) => `by TAMS: ${fault}`),
    ...(own()(answer) ?? unknownFaults(answer)).map((fault) => `by our own document: ${fault}`),
  ]
  if (faults.length === 0) return
  throw new Error(`${method} ${path} answered ${status}\n  ${faults.join('\n  ')}\n${text.slice(0, 2000)}`)
}

function generalFaults({ method, status, headers, text }: GivenAnswer): readonly string[] {
  if (status === 500) return ['500 is a fault of the service']
  if (method === 'HEAD' || status === 204) return text === '' ? [] : ['a body where none may be']
  if (text !== '' && !/^application\/json\b/.test(headers.get('content-type') ?? '')) {
    return [`Content-Type is ${headers.get('content-type')}`]
  }
  if (status < 400) return []
  return isErrorBody(text) ? [] : ['not the error body']
}

/** Of what no document knows only refusals are right; OPTIONS are of no document. */
function unknownFaults({ method, path, status }: GivenAnswer): readonly string[] {
  return status >= 400 || method === 'OPTIONS' || NOT_OPERATIONS.test(path)
    ? []
    : ['there is no such operation']
}

/** Health tells with its 503 how all parts are. */
function isErrorBody(text: string): boolean {
  const body: unknown = text === '' ? undefined : JSON.parse(text)
  return ownAjv().validate({ $ref: `${OWN}#/components/schemas/Error` }, body) || isHealth(body)
}

const isHealth = (body: unknown): boolean =>
  ownAjv().validate({ $ref: `${OWN}#/components/schemas/Health` }, body)

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const newAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, validateSchema: false })
  formats.default(ajv)
  return ajv
}

const ownDocument = once(() => openapiDocument(operations, apiInfo))

const ownAjv = once(() => newAjv().addSchema(ownDocument(), OWN))

const own = once(() => {
  const described = operationsOf(ownDocument(), resolverOf(ownDocument()))
  return answerChecker(described.values(), ownAjv(), OWN)
})

const official = once((): AnswerChecker | undefined => {
  if (!hasSpecification) return undefined
  const document = readOfficialDocument()
  const ajv = newAjv().addSchema(document, OFFICIAL)
  for (const name of schemaNames()) ajv.addSchema(readSchema(name), new URL(`schemas/${name}`, OFFICIAL).href)
  const within = resolverOf(document)
  const resolve = (reference: string) =>
    reference.startsWith('#') ? within(reference) : readSchema(reference.replace(/^.*\//, ''))
  return answerChecker(operationsOf(document, resolve).values(), ajv, OFFICIAL)
})
