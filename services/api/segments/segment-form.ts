import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { Request } from 'express'
import { badRequest, HttpRefusal } from '../http/http-refusal.ts'

/** A form with a Flow Segment and its media, read as far as where the media begins. */
export type SegmentForm = {
  /** The part `segment`: JSON, if all is well. */
  readonly segment: string
  /** The checksums that the media is to have: parts named as the headers of an upload are. */
  readonly announced: Readonly<Record<string, string>>
  /** The part `file`. Fails where the form is broken or its sender goes away. */
  readonly file: Readable
  /**
   * Settles when the form is over; the media has to be read before.
   * @throws HttpRefusal where more follows than there should be
   */
  readonly ended: Promise<void>
}

/** As much as any one Flow Segment needs. */
const MAX_SEGMENT_BYTES = 1024 * 1024
/** As in an upload by a form to S3. */
const CHECKSUM_PARTS = ['content-md5', 'x-amz-checksum-sha256']
const FIELDS = 1 + CHECKSUM_PARTS.length
const LIMITS = {
  fields: FIELDS,
  files: 1,
  parts: FIELDS + 1,
  fieldSize: MAX_SEGMENT_BYTES,
  headerPairs: 20,
  headerSize: 8192,
}

/**
 * Reads a form part by part, as it comes: the segment has to be first, so that nothing of the media need be
 * kept before it is known where it belongs.
 * @throws HttpRefusal
 */
export function readSegmentForm(request: Request): Promise<SegmentForm> {
  const form = openForm(request)
  return new Promise((resolve, reject) => {
    let segment: string | undefined
    const announced: Record<string, string> = {}
    let file: Readable | undefined
    const ended = new Promise<void>((done, failed) => {
      const fail = (refusal: HttpRefusal) => {
        request.unpipe(form)
        file?.destroy(refusal)
        reject(refusal)
        failed(refusal)
      }
      form.on('field', (name, value, _nameTruncated, valueTruncated) => {
        const isChecksum = CHECKSUM_PARTS.includes(name)
        if (name !== 'segment' && !isChecksum)
          return fail(badRequest(`${String(name).slice(0, 100)}: is no part of this form`))
        if (valueTruncated) return fail(new HttpRefusal(413, 'too_large', `${name}: is too large`))
        if (file) return fail(badRequest(`${name}: must come before the file`))
        if (isChecksum ? Object.hasOwn(announced, name) : segment !== undefined)
          return fail(badRequest(`${name}: is there twice`))
        if (isChecksum) announced[name] = value
        else segment = value
      })
      form.on('file', (_name, media) => {
        // It may fail before it is read: reading it then tells.
        media.on('error', () => {})
        if (segment === undefined) return fail(badRequest('segment: must be the first part of the form'))
        file = media
        resolve({ segment, announced, file, ended })
      })
      for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
        form.on(limit, () =>
          fail(badRequest('the form must have a part segment, a part file, and checksums at most')),
        )
      }
      form.on('error', (error) => fail(badRequest(`the form is broken: ${String(error).slice(0, 200)}`)))
      form.on('finish', () =>
        file ? done() : fail(badRequest('the form must have a part segment and a part file')),
      )
      request.once('error', () => fail(new HttpRefusal(400, 'upload_ended', 'the upload ended too soon')))
    })
    // Whoever gave up on the form before it ended does not ask.
    ended.catch(() => {})
    request.pipe(form)
  })
}

function openForm(request: Request) {
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      limits: LIMITS,
      // Clients name and type parts as they like.
      isPartAFile: (name) => name === 'file',
    })
  } catch (error) {
    throw badRequest(`the form is broken: ${error instanceof Error ? error.message : 'it has no boundary'}`)
  }
}
