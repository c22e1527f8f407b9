import type { ServerResponse } from 'node:http'
import type { StoredMedia } from '../../ports/media-store.ts'

/**
 * Of every answer. Players in browsers may read media from any page (the URL is the permission). What was
 * uploaded is never a page of this origin, whatever its content type says. Errors are not cached.
 */
const ALWAYS = Object.entries({
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers':
    'Accept-Ranges, Content-Length, Content-MD5, Content-Range, ETag, Last-Modified, Repr-Digest',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Security-Policy': 'sandbox',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
})

export const ALLOWED_METHODS = 'GET, HEAD, OPTIONS, PUT'

const PREFLIGHT = {
  Allow: ALLOWED_METHODS,
  'Access-Control-Allow-Methods': ALLOWED_METHODS,
  // A wildcard does not stand for Authorization, says the Fetch standard.
  'Access-Control-Allow-Headers': '*, Authorization',
  'Access-Control-Max-Age': '86400',
}

export function setCommonHeaders(response: ServerResponse): void {
  for (const [name, value] of ALWAYS) response.setHeader(name, value)
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export function answerPreflight(response: ServerResponse): void {
  response.writeHead(204, PREFLIGHT).end()
}

/** What a client may compare its copy with. */
export function setValidators(response: ServerResponse, { etag, modifiedMs }: StoredMedia): void {
  response.setHeader('ETag', etag)
  response.setHeader('Last-Modified', new Date(modifiedMs).toUTCString())
}

/**
 * The checksums a store keeps, as headers. `Repr-Digest` is of the whole object, whatever part is sent;
 * `Content-MD5` is of the body, so it goes with the whole object only.
 * @see RFC 9530, 3; RFC 1864
 */
export function digestHeaders({ checksums }: StoredMedia, wholeBody: boolean): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { algorithm, value } of checksums) {
    if (algorithm === 'sha256') headers['Repr-Digest'] = `sha-256=:${value}:`
    else if (wholeBody) headers['Content-MD5'] = value
  }
  return headers
}
