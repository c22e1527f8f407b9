import { type Request, type Response, Router } from 'express'
import type { FilesystemMediaStore } from '../../adapters/media-store/filesystem/filesystem-media-store.ts'
import { canonicalContentType, MEDIA_PATH } from '../../adapters/media-store/filesystem/signed-urls.ts'
import { badRequest, HttpRefusal } from '../http/http-refusal.ts'
import { requireAccess, type UnsignedAccess } from './media-access.ts'
import { ALLOWED_METHODS, answerPreflight, setCommonHeaders } from './media-headers.ts'
import { mediaRefusal } from './media-refusal.ts'
import { receiveMedia } from './receive-media.ts'
import { sendMedia } from './send-media.ts'
import { discardRest } from './upload-body.ts'

export type MediaRouterOptions = {
  /** A URL belongs to the one that signed it. */
  readonly stores: readonly FilesystemMediaStore[]
  /** Absent: only signed URLs are served. */
  readonly unsignedAccess?: UnsignedAccess
  /** A connection on which nothing moves for this long is closed. Default: a minute. */
  readonly idleTimeoutMs?: number
  /** UTC, milliseconds. Default: the clock. */
  readonly now?: () => number
  /** Told of the bytes of media uploads and downloads as they pass. */
  readonly bytesIn?: (bytes: number) => void
  readonly bytesOut?: (bytes: number) => void
}

/**
 * Serves the URLs of filesystem media stores, below `/media/` of where it is mounted: before anything that
 * reads bodies or asks for credentials, as these URLs are the permission. Refusals are passed on as
 * HttpRefusal.
 */
export function mediaRouter(options: MediaRouterOptions): Router {
  const serve = mediaHandler(options)
  const idleTimeoutMs = options.idleTimeoutMs ?? 60_000
  const router = Router({ caseSensitive: true })
  router.use(MEDIA_PATH.slice(0, -1), async (request, response) => {
    // Holds until the answer is sent: Node then sets its own for the next request.
    request.socket.setTimeout(idleTimeoutMs)
    setCommonHeaders(response)
    // No route of a router: what is below it names an object.
    response.locals['mediaRoute'] = `${MEDIA_PATH}*`
    try {
      await serve(request, response)
    } catch (error) {
      if (clientLeft(request, error)) return
      discardRest(request)
      throw mediaRefusal(error)
    }
  })
  return router
}

function mediaHandler(options: MediaRouterOptions) {
  const { stores, unsignedAccess, now = Date.now, bytesIn = ignore, bytesOut = ignore } = options
  const rules = { stores, unsignedAccess, now }

  return async (request: Request, response: Response): Promise<void> => {
    switch (request.method) {
      case 'OPTIONS':
        return answerPreflight(response)
      case 'HEAD':
      case 'GET': {
        const access = await requireAccess(request, { method: 'GET' }, rules)
        return sendMedia(request, response, access, bytesOut)
      }
      case 'PUT': {
        const contentType = requireContentType(request)
        const access = await requireAccess(request, { method: 'PUT', contentType }, rules)
        return receiveMedia(request, response, contentType, access, bytesIn)
      }
      default:
        throw new HttpRefusal(405, 'method_not_allowed', `media has ${ALLOWED_METHODS}`, {
          Allow: ALLOWED_METHODS,
        })
    }
  }
}

function requireContentType({ headers }: Request): string {
  const contentType = headers['content-type']
  if (contentType === undefined) throw badRequest('the header Content-Type is missing')
  return canonicalContentType(contentType)
}

/** Hanging up is a client's right, and the end of the matter. */
function clientLeft({ socket }: Request, error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return socket.destroyed && (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
}

const ignore = () => {}
