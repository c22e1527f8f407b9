import type { Request, RequestHandler, Response } from 'express'
import type { Authenticator, Credentials, Proof } from '../../access/authenticator.ts'
import { CannotProve, NotProved } from '../../access/not-proved.ts'
import { actAs, NOBODY } from '../../access/principal.ts'
import { refuseUnproved } from './challenge.ts'
import type { FailedAttempts } from './failed-attempts.ts'
import { HttpRefusal } from './http-refusal.ts'
import { urlTokenOf } from './url-token.ts'

/** Finds out who a request comes from. @throws HttpRefusal 401, 429 or 503 */
export type Identify = (request: Request, response: Response) => undefined | Promise<void>

export type IdentifyOptions = {
  readonly authenticator: Authenticator
  readonly failures: FailedAttempts
  /** Told of each that was refused, and why. */
  readonly refused: (reason: string) => void
}

const RETRY_AFTER = { 'Retry-After': '2' }

export function identifier({ authenticator, failures, refused }: IdentifyOptions): Identify {
  const { ways } = authenticator

  const prove = async (credentials: Credentials, request: Request, response: Response): Promise<void> => {
    // Those that were proved already are not kept out by others at the same address.
    try {
      failures.refuseAfterMany(request)
    } catch (error) {
      refused('too_many_failures')
      throw error
    }
    try {
      accept(response, await authenticator.prove(credentials))
    } catch (error) {
      throw refusalOf(error, request)
    }
  }

  const refusalOf = (error: unknown, request: Request): unknown => {
    if (error instanceof CannotProve) {
      refused(error.reason)
      return new HttpRefusal(503, 'authentication_unavailable', error.message, RETRY_AFTER)
    }
    if (!(error instanceof NotProved)) return error
    refused(error.reason)
    if (error.reason !== 'missing') failures.count(request)
    return refuseUnproved(error, ways)
  }

  return (request, response) => {
    const credentials = {
      authorization: request.headers.authorization,
      access_token: urlTokenOf(request),
    }
    let proof: Proof | undefined
    try {
      proof = authenticator.known(credentials)
    } catch (error) {
      throw refusalOf(error, request)
    }
    if (!proof) return prove(credentials, request, response)
    accept(response, proof)
    return undefined
  }
}

type Held = { expiresMs?: number | undefined }

function accept(response: Response, { principal, expiresMs }: Proof): void {
  actAs(response, principal)
  ;(response.locals as Held).expiresMs = expiresMs
}

/** Until when what a request proved holds, UTC, milliseconds; undefined: for as long as it takes. */
export const expiryOf = (response: Response): number | undefined => (response.locals as Held).expiresMs

/** Has whoever asks for anything say who they are, but for what is open to all, and preflights. */
export const authenticate =
  (identify: Identify, isOpen: (path: string) => boolean): RequestHandler =>
  (request, response, next) => {
    if (request.method === 'OPTIONS' || isOpen(request.path)) {
      actAs(response, NOBODY)
      return next()
    }
    const work = identify(request, response)
    return work ? work.then(() => next()) : next()
  }
