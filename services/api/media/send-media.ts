import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import type { ByteRange, StoredMedia } from '../../ports/media-store.ts'
import { HttpRefusal, notFound } from '../http/http-refusal.ts'
import { parseByteRange } from './byte-range.ts'
import { copyIsCurrent, rangeStillApplies } from './conditional-request.ts'
import type { MediaAccess } from './media-access.ts'
import { digestHeaders, setValidators } from './media-headers.ts'

/**
 * Answers GET and HEAD: the object, a range of it, or that the client's copy is good.
 * @param bytesOut told of each chunk sent
 * @throws HttpRefusal: 404, 416; what the store or the connection fails with
 */
export async function sendMedia(
  request: Request,
  response: Response,
  { store, key, cacheControl }: MediaAccess,
  bytesOut: (bytes: number) => void,
): Promise<void> {
  const media = await store.head(key)
  if (!media) throw notUploaded()
  setValidators(response, media)
  if (copyIsCurrent(request.headers, media)) {
    response.writeHead(304, { 'Cache-Control': cacheControl }).end()
    return
  }
  const range = requireRange(request, media)
  const headers = { 'Cache-Control': cacheControl, ...mediaHeaders(media, range) }
  if (request.method === 'HEAD') {
    response.writeHead(200, headers).end()
    return
  }
  const opened = await store.read(key, range)
  // Removed since `head`, or even replaced by another object.
  if (opened?.media.etag !== media.etag) {
    opened?.body.destroy()
    throw notUploaded()
  }
  opened.body.on('data', (chunk: Buffer) => bytesOut(chunk.length))
  response.writeHead(range ? 206 : 200, headers)
  await pipeline(opened.body, response)
}

/** @returns undefined where the whole is to be sent. Ranges mean something to GET only (RFC 9110, 14.2). */
function requireRange(request: Request, media: StoredMedia): ByteRange | undefined {
  const header = request.get('Range')
  if (request.method !== 'GET' || header === undefined) return undefined
  if (!rangeStillApplies(request.get('If-Range'), media)) return undefined
  const range = parseByteRange(header, media.sizeBytes)
  if (range === 'whole') return undefined
  if (range !== 'unsatisfiable') return range
  const summary = `the object has ${media.sizeBytes} bytes, none of them in the range asked for`
  throw new HttpRefusal(416, 'range_not_satisfiable', summary, {
    'Content-Range': `bytes */${media.sizeBytes}`,
  })
}

function mediaHeaders(media: StoredMedia, range: ByteRange | undefined): Record<string, string | number> {
  return {
    'Content-Type': media.contentType,
    'Accept-Ranges': 'bytes',
    ...digestHeaders(media, range === undefined),
    ...(range
      ? {
          'Content-Length': range.last - range.first + 1,
          'Content-Range': `bytes ${range.first}-${range.last}/${media.sizeBytes}`,
        }
      : { 'Content-Length': media.sizeBytes }),
  }
}

const notUploaded = () => notFound('nothing was uploaded here, or it was deleted')
