import cors from 'cors'
import type { RequestHandler } from 'express'
import type { Operation } from '../../../contracts/http/operation.ts'
import { MEDIA_PATH } from '../../adapters/media-store/filesystem/signed-urls.ts'
import type { CorsOrigins } from '../../config/cors-origins.ts'
import { HttpRefusal } from './http-refusal.ts'
import { POSITION_HEADER } from './read-at-least.ts'

/** Seconds for which a browser need not ask again. */
const PREFLIGHT_MAX_AGE = 86_400

/** Of every answer, and of what is served beside the operations. */
const ALWAYS_EXPOSED = [
  'X-Request-Id',
  POSITION_HEADER,
  'Retry-After',
  'Location',
  'Allow',
  'WWW-Authenticate',
]

/** Any page of this machine, whatever server it comes from. */
const LOCAL_PAGE = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

/**
 * Lets pages of other origins use the API from a browser, if they may. Requests that no page made have no
 * Origin, and pay nothing. URLs of media are let alone: each is a permission, whoever has it.
 * @see docs/decisions/0022-pages-of-this-machine-may-use-the-api.md
 */
export function crossOrigin(
  origins: CorsOrigins,
  operations: readonly Operation[],
  publicUrl: () => string,
): RequestHandler {
  const grant = cors({
    origin: origins === 'any' ? '*' : origins === 'local' ? [LOCAL_PAGE] : [...origins],
    methods: 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    exposedHeaders: exposedBy(operations),
    maxAge: PREFLIGHT_MAX_AGE,
    // Whether there is anything at the path is another's to say.
    preflightContinue: true,
  })
  return (request, response, next) => {
    const { origin } = request.headers
    if (origin === undefined || request.path.startsWith(MEDIA_PATH)) return next()
    grant(request, response, (error?: unknown) => {
      if (error !== undefined) return next(error)
      const isGranted =
        response.hasHeader('Access-Control-Allow-Origin') || origin === new URL(publicUrl()).origin
      if (isGranted || READS.has(request.method)) return next()
      next(new HttpRefusal(403, 'origin_not_allowed', 'pages of this origin may not write: see CORS_ORIGINS'))
    })
  }
}

/**
 * A page that may not read an answer has browsers send some requests all the same: a form's, for one. Those that
 * write are refused.
 */
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Every header that an operation says it answers with. */
function exposedBy(operations: readonly Operation[]): string[] {
  const declared = operations
    .flatMap(({ responses }) => Object.values(responses))
    .flatMap(({ headers = {} }) => Object.keys(headers))
  return [...new Set([...declared, ...ALWAYS_EXPOSED])]
}
