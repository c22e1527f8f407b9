import type { Readable } from 'node:stream'

export type BodyPart = { readonly bytes: Buffer; readonly isLast: boolean }

/**
 * A body in parts of exactly `partBytes`, but for the last, which is what remains: nothing of an empty body.
 * Holds one part in memory.
 */
export async function* bodyParts(body: Readable, partBytes: number): AsyncGenerator<BodyPart> {
  let chunks: Buffer[] = []
  let held = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    held += chunk.length
    // A part is given once there is more than it: only then it is known not to be the last.
    while (held > partBytes) {
      const bytes = Buffer.concat(chunks, held)
      yield { bytes: bytes.subarray(0, partBytes), isLast: false }
      chunks = [bytes.subarray(partBytes)]
      held -= partBytes
    }
  }
  yield { bytes: Buffer.concat(chunks, held), isLast: true }
}
