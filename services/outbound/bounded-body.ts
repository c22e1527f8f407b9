import { Readable } from 'node:stream'
import { OutboundRefused } from './outbound-errors.ts'

/**
 * A body that fails where it has more than `maxBytes`, however it was announced.
 * @param toError what else it fails with
 */
export function boundedBody(body: Readable, maxBytes: number, toError: (error: unknown) => Error): Readable {
  // It may fail before it is read, or never be read: then nobody else looks after it.
  body.on('error', ignore)
  return Readable.from(bounded(body, maxBytes, toError), { objectMode: false }).once('close', () =>
    body.destroy(),
  )
}

async function* bounded(body: Readable, maxBytes: number, toError: (error: unknown) => Error) {
  let sizeBytes = 0
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length
      if (sizeBytes > maxBytes) throw new OutboundRefused('too_large')
      yield chunk
    }
  } catch (error) {
    throw toError(error)
  }
}

const ignore = () => {}
