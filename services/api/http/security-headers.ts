import { type IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'

/** Two years. @see RFC 6797 */
const HSTS_SECONDS = 2 * 365 * 24 * 3600

/**
 * What browsers are told of every answer: it is no page, and nothing of it is to be guessed, framed or passed on.
 * The page of the documentation and media say otherwise themselves.
 */
export function securityHeaders(isSecure: boolean): RequestHandler {
  const headers = headersOf(isSecure)
  return (_request, response, next) => {
    for (const [name, value] of headers) response.setHeader(name, value)
    next()
  }
}

/** Helmet's, made once: they are the same for every answer, and making them takes longer than many an answer does. */
function headersOf(isSecure: boolean): readonly (readonly [string, string])[] {
  const made = new Map<string, string>()
  const request = { method: 'GET' } as IncomingMessage
  const response = new ServerResponse(request)
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    strictTransportSecurity: isSecure ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    // Whose pages may use answers is for CORS to say.
    crossOriginResourcePolicy: false,
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    // Of browsers that are no more, or said by the policy above.
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xDnsPrefetchControl: false,
    xFrameOptions: false,
    xXssProtection: false,
    xPoweredBy: false,
  })(request, response, () => undefined)
  for (const name of response.getHeaderNames()) made.set(properCase(name), String(response.getHeader(name)))
  return [...made]
}

const properCase = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
