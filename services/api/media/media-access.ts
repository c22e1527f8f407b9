import type { Request } from 'express'
import type { FilesystemMediaStore } from '../../adapters/media-store/filesystem/filesystem-media-store.ts'
import type { SignedUse } from '../../adapters/media-store/filesystem/signed-urls.ts'
import { isMediaKey } from '../../adapters/media-store/media-key.ts'
import { HttpRefusal, notFound } from '../http/http-refusal.ts'

/** What a request was found to be allowed. */
export type MediaAccess = {
  readonly store: FilesystemMediaStore
  readonly key: string
  /** For how long a client may use what it read without asking again. */
  readonly cacheControl: string
}

/** The store a request without a signature may use `key` of, by its other credentials; undefined: none. */
export type UnsignedAccess = (
  request: Request,
  key: string,
) => Promise<FilesystemMediaStore | undefined> | FilesystemMediaStore | undefined

export type AccessRules = {
  readonly stores: readonly FilesystemMediaStore[]
  readonly unsignedAccess?: UnsignedAccess | undefined
  readonly now: () => number
}

/**
 * Finds the store whose URL this is.
 * @param use what the request is about to do, which its URL must have been made for
 * @throws HttpRefusal: 403, or 404 for a path that is no key
 */
export async function requireAccess(
  request: Request,
  use: SignedUse,
  rules: AccessRules,
): Promise<MediaAccess> {
  // The path as it came: keys have nothing to decode, so nothing encoded can be one.
  const key = request.path.slice(1)
  if (!isMediaKey(key)) throw notFound('there is no such media')
  const { expires, signature } = request.query
  if (typeof expires === 'string' && typeof signature === 'string') {
    return signedAccess(use, key, expires, signature, rules)
  }
  const store = await rules.unsignedAccess?.(request, key)
  if (!store) throw new HttpRefusal(403, 'url_not_signed', 'the URL has no signature')
  return { store, key, cacheControl: 'private, no-cache' }
}

function signedAccess(
  use: SignedUse,
  key: string,
  expires: string,
  signature: string,
  { stores, now }: AccessRules,
): MediaAccess {
  const nowMs = now()
  for (const store of stores) {
    const verdict = store.verify(use, key, expires, signature, nowMs)
    if (verdict === 'invalid') continue
    if (verdict === 'expired') throw new HttpRefusal(403, 'url_expired', 'the URL has expired: get a new one')
    const seconds = Math.floor(Number(expires) - nowMs / 1000)
    return { store, key, cacheControl: `private, max-age=${seconds}, immutable` }
  }
  throw new HttpRefusal(403, 'url_invalid', invalidSummary(use))
}

const invalidSummary = (use: SignedUse): string =>
  use.method === 'GET'
    ? 'the URL was not made here for reading this'
    : 'the URL was not made here for uploading this as this content type: send the Content-Type it came with'
