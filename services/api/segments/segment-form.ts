import type { Readable } from 'node:stream'
import { Busboy } from '@fastify/busboy'
import type { Request } from 'express'
import { badRequest, HttpRefusal } from '../http/http-refusal.ts'

/** A form with a Flow Segment and its media, read as far as where the media begins. */
export type SegmentForm = {
  /** The part `segment`: JSON, if all is well. */
  readonly segment: string
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
const LIMITS = {
  fields: 1,
  files: 1,
  parts: 2,
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
    let file: Readable | undefined
    const ended = new Promise<void>((done, failed) => {
      const fail = (refusal: HttpRefusal) => {
        request.unpipe(form)
        file?.destroy(refusal)
        reject(refusal)
        failed(refusal)
      }
      form.on('field', (name, value, _nameTruncated, valueTruncated) => {
        if (name !== 'segment')
          return fail(badRequest(`${String(name).slice(0, 100)}: is no part of this form`))
        if (valueTruncated) return fail(new HttpRefusal(413, 'too_large', 'segment: is too large'))
        segment = value
      })
      form.on('file', (_name, media) => {
        // It may fail before it is read: reading it then tells.
        media.on('error', () => {})
        if (segment === undefined) return fail(badRequest('segment: must be the first part of the form'))
        file = media
        resolve({ segment, file, ended })
      })
      for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const) {
        form.on(limit, () =>
          fail(badRequest('the form must have a part segment and a part file, and no other')),
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
