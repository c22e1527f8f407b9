import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Outbound, OutboundAnswer } from '../outbound/outbound.ts'
import type { StoredMedia } from '../ports/media-store.ts'
import { CopyImpossible, PlaceAway, serverAt, storeAt } from './copy-errors.ts'
import type { CopySource } from './copy-sources.ts'
import type { CopyTarget } from './copy-target.ts'
import { checksumOf, readSha256 } from './same-bytes.ts'

export type UrlFetching = { readonly outbound: Outbound; readonly maxBytes: number }

const MAX_REDIRECTS = 5
/** As long as an upload may take. */
const TOTAL_TIMEOUT_MS = 6 * 3600 * 1000
/** The server is there, and will answer at another time. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 425, 429])
const MISSING_STATUSES: ReadonlySet<number> = new Set([404, 410])
/** A media type as headers have it, with or without parameters. */
const CONTENT_TYPE = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}[\x20-\x7e]{0,127}$/
const ANY_TYPE = 'application/octet-stream'

/**
 * Copies from a URL outside this service. It knows no checksum of what is there, so what was read is hashed on
 * its way and compared with what arrived.
 * @throws CopyImpossible, PlaceAway, UploadRefused, OutboundRefused; what the store fails with
 */
export async function copyFromUrl(
  { outbound, maxBytes }: UrlFetching,
  { place, url }: Extract<CopySource, { url: string }>,
  target: CopyTarget,
): Promise<StoredMedia> {
  const { store, key, signal, present } = target
  if (present && (await isWhole(target, present))) return present
  const request = { method: 'GET', url, maxRedirects: MAX_REDIRECTS, maxBytes, signal } as const
  const answer = await serverAt(place, () =>
    outbound.send({
      ...request,
      headers: { 'accept-encoding': 'identity' },
      totalTimeoutMs: TOTAL_TIMEOUT_MS,
    }),
  )
  requireMedia(answer, place)
  const sizeBytes = announcedSize(answer)
  const { body, sha256 } = hashed(answer.body)
  const contentType = target.contentType ?? typeOf(answer)
  const expected = sizeBytes === undefined ? {} : { sizeBytes }
  const made = await serverAt(place, () =>
    storeAt(target.place, () => store.write(key, contentType, body, expected)),
  )
  const arrived = checksumOf(made, 'sha256') ?? (await readSha256(target, signal))
  if (arrived !== sha256()) throw new CopyImpossible('checksum_mismatch')
  return made
}

/** What came to be in a store came whole; whether it still is, its checksum tells. */
async function isWhole(target: CopyTarget, present: StoredMedia): Promise<boolean> {
  const sha256 = checksumOf(present, 'sha256')
  return sha256 !== undefined && (await readSha256(target, target.signal)) === sha256
}

function requireMedia({ status, headers, body }: OutboundAnswer, place: string): void {
  const isEncoded = (headers['content-encoding'] ?? 'identity') !== 'identity'
  if (status === 200 && !isEncoded) return
  body.destroy()
  if (status >= 500 || PASSING_STATUSES.has(status)) {
    throw new PlaceAway(place, { cause: new Error(`it answers ${status}`) })
  }
  throw new CopyImpossible(MISSING_STATUSES.has(status) ? 'source_missing' : 'source_refused', {
    cause: new Error(isEncoded ? 'it answers in an encoding' : `it answers ${status}`),
  })
}

function announcedSize({ headers }: OutboundAnswer): number | undefined {
  const size = Number(headers['content-length'] ?? Number.NaN)
  return Number.isSafeInteger(size) ? size : undefined
}

function typeOf({ headers }: OutboundAnswer): string {
  const type = headers['content-type']
  return typeof type === 'string' && CONTENT_TYPE.test(type) ? type : ANY_TYPE
}

/** @returns the same bytes, and their SHA-256 (base64) once they were read to the end */
function hashed(body: Readable): { readonly body: Readable; readonly sha256: () => string } {
  const hash = createHash('sha256')
  async function* pass() {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      hash.update(chunk)
      yield chunk
    }
  }
  body.on('error', ignore)
  const passed = Readable.from(pass(), { objectMode: false }).once('close', () => body.destroy())
  return { body: passed, sha256: () => hash.digest('base64') }
}

const ignore = () => {}
