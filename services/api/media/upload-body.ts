import { Transform } from 'node:stream'
import type { Request } from 'express'

/** What is still read of an upload that was refused, so that its sender comes to read the answer. */
const LINGER_BYTES = 8 * 1024 * 1024

/**
 * The body of an upload as a stream of its own: where a store gives up on it, the request stays open for the
 * answer, and where the client goes away, it fails with that.
 * @param bytesIn told of each chunk received
 */
export function uploadBody(request: Request, bytesIn: (bytes: number) => void): Transform {
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesIn(chunk.length)
      done(null, chunk)
    },
  })
  request.once('error', (error) => body.destroy(error))
  return request.pipe(body)
}

/**
 * Reads on where an upload was refused before its end: many clients read an answer only when they have sent
 * everything. Hangs up on those that send on and on.
 */
export function discardRest(request: Request): void {
  if (request.complete) return
  let left = LINGER_BYTES
  request.unpipe()
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.destroy()
  })
  request.resume()
}
