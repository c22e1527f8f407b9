import { createHmac, timingSafeEqual } from 'node:crypto'
import { hmacSha256 } from '../hmac-sha256.ts'
import { isMediaKey, requireMediaKey } from '../media-key.ts'

/** What a signed URL allows. Reading includes HEAD. */
export type SignedUse =
  | { readonly method: 'GET' }
  /** Only of this content type, as `canonicalContentType` writes it. */
  | { readonly method: 'PUT'; readonly contentType: string }

export type UrlSigner = {
  getUrl(key: string, nowMs: number): string
  putUrl(key: string, contentType: string, nowMs: number): string
  plainUrl(key: string): string
  /** `expires` and `signature` are the URL's parameters as they came. Takes the same time for any signature. */
  verify(use: SignedUse, key: string, expires: string, signature: string, nowMs: number): UrlVerdict
}

export type UrlVerdict = 'valid' | 'expired' | 'invalid'

export type UrlSignerOptions = {
  /** Where clients reach the service, without a slash at the end. Asked anew for every URL. */
  readonly publicBaseUrl: () => string
  readonly storageId: string
  readonly signingKey: Buffer
  /** Every URL is good for at least this long. */
  readonly urlLifetimeSeconds: number
}

/** Path of all media URLs below the public base URL. */
export const MEDIA_PATH = '/media/'

/**
 * URLs expire on whole minutes: all that are made within one share their expiry, so it is worked out once for
 * a page of segments, and a client that lists twice within it finds the same URLs in its cache.
 */
const EXPIRY_STEP_SECONDS = 60

/** A live edge is asked for again and again: its URLs are kept while their expiry holds. About 200 bytes each. */
const MAX_URLS_KEPT = 20_000

const UNIX_SECONDS = /^\d{1,15}$/

/** Makes and checks expiring URLs for one Storage Backend; another one's do not pass. */
export function createUrlSigner(options: UrlSignerOptions): UrlSigner {
  const { publicBaseUrl, storageId, signingKey, urlLifetimeSeconds } = options
  // A key of its own, so that nothing else signed with `signingKey` can pass for a URL.
  const mac = hmacSha256(createHmac('sha256', signingKey).update(`media urls of ${storageId}`).digest())
  let step = -1
  let expires = ''
  let query = ''

  const kept = new Map<string, string>()

  const refreshExpiry = (nowMs: number): void => {
    const now = Math.floor(nowMs / 1000 / EXPIRY_STEP_SECONDS)
    if (now === step) return
    step = now
    expires = String((now + 1) * EXPIRY_STEP_SECONDS + Math.ceil(urlLifetimeSeconds))
    query = `?expires=${expires}&signature=`
    kept.clear()
  }
  const pathOf = (key: string): string => {
    requireMediaKey(key)
    return MEDIA_PATH + key
  }
  const plainUrl = (key: string): string => publicBaseUrl() + pathOf(key)

  return {
    plainUrl,
    getUrl(key, nowMs) {
      refreshExpiry(nowMs)
      const known = kept.get(key)
      if (known !== undefined) return publicBaseUrl() + known
      const path = pathOf(key) + query + mac(signedText({ method: 'GET' }, key, expires))
      if (kept.size < MAX_URLS_KEPT) kept.set(key, path)
      return publicBaseUrl() + path
    },
    putUrl(key, contentType, nowMs) {
      refreshExpiry(nowMs)
      const use: SignedUse = { method: 'PUT', contentType: canonicalContentType(contentType) }
      return plainUrl(key) + query + mac(signedText(use, key, expires))
    },
    verify(use, key, expires, signature, nowMs) {
      if (!isMediaKey(key) || !UNIX_SECONDS.test(expires)) return 'invalid'
      if (!sameText(mac(signedText(use, key, expires)), signature)) return 'invalid'
      return Number(expires) * 1000 > nowMs ? 'valid' : 'expired'
    },
  }
}

/** Type names ignore case and outer space (RFC 9110, 8.3.1); parameters are taken as they are. */
export function canonicalContentType(contentType: string): string {
  const [type = '', ...parameters] = contentType.split(';')
  return [type.trim().toLowerCase(), ...parameters.map((parameter) => parameter.trim())].join(';')
}

/** The content type comes last: it alone may hold anything, and cannot be taken for another field. */
const signedText = (use: SignedUse, key: string, expires: string): string =>
  use.method === 'GET' ? `GET\n${expires}\n${key}` : `PUT\n${expires}\n${key}\n${use.contentType}`

function sameText(expected: string, given: string): boolean {
  const [left, right] = [Buffer.from(expected, 'utf8'), Buffer.from(given, 'utf8')]
  return left.length === right.length && timingSafeEqual(left, right)
}
