import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Operation, OperationRequest } from '../../../contracts/http/operation.ts'
import { parseRequest } from '../../../contracts/http/parse-request.ts'
import { requireUnrestricted, UNRESTRICTED_ONLY } from '../access/unrestricted-only.ts'
import { type Answer, send } from './answer.ts'
import { refuseUnreadable } from './body-depth.ts'
import { HttpRefusal } from './http-refusal.ts'
import { readWithin } from './read-within.ts'
import { requireScope } from './require-scope.ts'

/** Far more than any one resource needs. */
const MAX_BODY_BYTES = 1024 * 1024

/** A client that takes longer to send its JSON is not taken seriously any more. */
const BODY_TIMEOUT_MS = 120_000

/** A request understood, and the raw one for what operations do not declare. */
export type Asked<O> = OperationRequest<O> & { readonly request: Request; readonly response: Response }

export type Handler<O> = (asked: Asked<O>) => Answer | Promise<Answer>

/** Gets the request before its body is read. */
export type FormHandler<O> = (asked: Omit<Asked<O>, 'body'>) => Promise<Answer>

/**
 * Serves an operation: its path, its parameters and body checked, its handler's answer sent.
 * @param formHandler of requests that bring a form (multipart/form-data)
 */
export function mount<O extends Operation>(
  router: Router,
  operation: O,
  handler: Handler<O>,
  maxBodyBytes = MAX_BODY_BYTES,
  formHandler?: FormHandler<O>,
): void {
  // A name that is no identifier has to be quoted.
  const path = operation.path.replace(/\{(\w+)\}/g, ':$1').replace(/\{([\w-]+)\}/g, ':"$1"')
  const { scopes } = operation
  const isForFew = UNRESTRICTED_ONLY.has(operation.operationId)
  const serve: RequestHandler = async (request, response) => {
    if (!operation.body) requireScope(scopes, response)
    const { params, query, body } = request
    const asked = parseRequest(operation, { params, query, body })
    if (isForFew || 'as_of' in asked.query) requireUnrestricted(response)
    send(response, await handler({ request, response, ...asked } as Asked<O>))
  }
  if (operation.body) {
    const parseJson = express.json({ limit: maxBodyBytes, strict: false, verify: refuseUnreadable })
    const readInTime = readWithin(parseJson, BODY_TIMEOUT_MS)
    const readJson: RequestHandler = (request, response, next) => {
      requireScope(scopes, response)
      readInTime(request, response, next)
    }
    const takers = [readJson, requireJson, serve]
    router[operation.method](path, ...(formHandler ? [serveForms(operation, formHandler)] : []), ...takers)
  }
  if (!operation.body) router[operation.method](path, serve)
}

const serveForms =
  <O extends Operation>(operation: O, handler: FormHandler<O>): RequestHandler =>
  async (request, response, next) => {
    if (!/^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '')) return next()
    requireScope(operation.scopes, response)
    const { params, query } = request
    const bodiless: Operation = { ...operation, body: undefined }
    const asked = { request, response, ...parseRequest(bodiless, { params, query, body: undefined }) }
    send(response, await handler(asked as unknown as Omit<Asked<O>, 'body'>))
  }

/**
 * A body of another type was not read: better to say so than to call it missing. TAMS knows 400 for bodies
 * that are not what they should be, and no 415.
 */
const requireJson: RequestHandler = (request, _response, next) => {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
  if (request.body === undefined && hasBody) {
    throw new HttpRefusal(400, 'unsupported_media_type', 'the body must be application/json')
  }
  next()
}
