import type { IncomingHttpHeaders } from 'node:http'
import type { Checksum } from '../../../contracts/resources/checksum.ts'
import { badRequest } from '../http/http-refusal.ts'

type Algorithm = Checksum['algorithm']

const DIGEST_BYTES: Readonly<Record<Algorithm, number>> = { sha256: 32, md5: 16 }

const AMAZON_PREFIX = 'x-amz-checksum-'

/** The names of RFC 9530's registry. */
const DIGEST_NAMES: ReadonlyMap<string, Algorithm> = new Map([
  ['sha-256', 'sha256'],
  ['md5', 'md5'],
])

/** A member of a dictionary (RFC 9651) whose value is a byte sequence; its parameters mean nothing here. */
const DIGEST_MEMBER = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:;.*)?$/

/**
 * The checksums an upload says its bytes have, whichever of the customary headers say so: `Content-MD5`,
 * `x-amz-checksum-sha256`, `Content-Digest` and `Repr-Digest`, which are the same for an upload without
 * content coding.
 * @throws HttpRefusal for one that cannot be checked: whoever sends a checksum counts on it
 * @see TAMS ADR 0048; RFC 1864; RFC 9530
 */
export function announcedChecksums(headers: IncomingHttpHeaders): readonly Checksum[] {
  const checksums: Checksum[] = []
  for (const [name, header] of Object.entries(headers)) {
    if (header === undefined) continue
    const value = String(header)
    if (name === 'content-md5') checksums.push(checksum('md5', value, name))
    else if (name === `${AMAZON_PREFIX}sha256`) checksums.push(checksum('sha256', value, name))
    else if (name === 'content-digest' || name === 'repr-digest') checksums.push(...digests(value, name))
    else if (name === 'digest' || name.startsWith(AMAZON_PREFIX)) throw unsupported(name)
  }
  return checksums
}

/** RFC 9530 lets a receiver pick among several; one at least has to be of a kind that is checked here. */
function digests(header: string, name: string): readonly Checksum[] {
  const found: Checksum[] = []
  for (const member of header.split(',')) {
    const [, key, value] = DIGEST_MEMBER.exec(member.trim()) ?? []
    if (key === undefined || value === undefined) throw malformed(name, 'sha-256=:<base64>:')
    const algorithm = DIGEST_NAMES.get(key)
    if (algorithm) found.push(checksum(algorithm, value, name))
  }
  if (found.length === 0) throw unsupported(name)
  return found
}

function checksum(algorithm: Algorithm, value: string, name: string): Checksum {
  const digest = Buffer.from(value, 'base64')
  const wellFormed = digest.length === DIGEST_BYTES[algorithm] && digest.toString('base64') === value
  if (!wellFormed) throw malformed(name, `the base64 of ${DIGEST_BYTES[algorithm]} bytes`)
  return { algorithm, value }
}

const malformed = (name: string, expected: string) => badRequest(`the header ${name} has to be ${expected}`)

const unsupported = (name: string) =>
  badRequest(
    `the header ${name.slice(0, 100)} has no checksum that can be checked here: ` +
      'send Repr-Digest or Content-Digest with sha-256, x-amz-checksum-sha256, or Content-MD5',
  )
