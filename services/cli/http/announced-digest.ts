import type { BinaryToTextEncoding, Hash } from 'node:crypto'
import { createHash } from 'node:crypto'
import { type HttpAnswer, headerOf } from './http-client.ts'

/** What a server says that the bytes of a whole object must hash to. */
export type AnnouncedDigest = { readonly algorithm: 'sha256' | 'md5'; readonly base64: string }

const ENCODING: BinaryToTextEncoding = 'base64'
/** A member of RFC 9530's dictionaries, or of the `Digest` header before it (RFC 3230). */
const SHA256_MEMBER = /sha-256=:?([A-Za-z0-9+/]{43}=):?/i

/** The strongest digest among an answer's headers; undefined where it has none that is known. */
export function announcedDigest(answer: Pick<HttpAnswer, 'headers'>): AnnouncedDigest | undefined {
  for (const name of ['repr-digest', 'content-digest', 'digest']) {
    const base64 = SHA256_MEMBER.exec(headerOf(answer, name) ?? '')?.[1]
    if (base64 !== undefined) return { algorithm: 'sha256', base64 }
  }
  const amazon = headerOf(answer, 'x-amz-checksum-sha256')
  // With a number behind a hyphen it is of the parts of a multipart upload.
  if (amazon !== undefined && !amazon.includes('-')) return { algorithm: 'sha256', base64: amazon }
  const md5 = headerOf(answer, 'content-md5')
  return md5 === undefined ? undefined : { algorithm: 'md5', base64: md5 }
}

/** Hashes bytes as they pass. */
export function startDigest({ algorithm }: AnnouncedDigest): Hash {
  return createHash(algorithm)
}

/** Whether all the bytes that went through `hash` are those that were announced. Ends the hash. */
export function isAsAnnounced(hash: Hash, { base64 }: AnnouncedDigest): boolean {
  return hash.digest(ENCODING) === base64
}
