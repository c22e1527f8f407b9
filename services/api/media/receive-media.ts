import type { Request, Response } from 'express'
import type { ExpectedMedia } from '../../ports/media-store.ts'
import { badRequest, HttpRefusal } from '../http/http-refusal.ts'
import { announcedChecksums } from './announced-checksums.ts'
import type { MediaAccess } from './media-access.ts'
import { digestHeaders, setValidators } from './media-headers.ts'
import { uploadBody } from './upload-body.ts'

/**
 * Answers PUT: takes the object in, if it is what its headers say, and confirms with its checksum.
 * @param bytesIn told of each chunk received
 * @throws HttpRefusal, UploadRefused, MediaStoreUnavailable; what the connection fails with
 */
export async function receiveMedia(
  request: Request,
  response: Response,
  contentType: string,
  { store, key }: MediaAccess,
  bytesIn: (bytes: number) => void,
): Promise<void> {
  requirePlainUpload(request)
  const expected = expectedMedia(request)
  const media = await store.write(key, contentType, uploadBody(request, bytesIn), expected)
  setValidators(response, media)
  response.writeHead(200, { 'Content-Length': 0, ...digestHeaders(media, false) }).end()
}

function expectedMedia({ headers }: Request): ExpectedMedia {
  const length = headers['content-length']
  const checksums = announcedChecksums(headers)
  return length === undefined ? { checksums } : { checksums, sizeBytes: Number(length) }
}

/** What is stored is what is sent, byte for byte, and all of it. */
function requirePlainUpload({ headers }: Request): void {
  const coding = headers['content-encoding'] ?? 'identity'
  if (coding.toLowerCase() !== 'identity') {
    throw new HttpRefusal(415, 'unsupported_media_type', 'media is stored as it is: send no Content-Encoding')
  }
  // RFC 9110, 14.5: taking a part for the whole would corrupt it.
  if (headers['content-range'] !== undefined) {
    throw badRequest('objects are uploaded whole: send no Content-Range')
  }
}
