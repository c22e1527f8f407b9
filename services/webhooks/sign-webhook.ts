import { createHmac } from 'node:crypto'

/** Keys of Standard Webhooks say that the rest of them is base64. */
const PREFIX = 'whsec_'

export type SignedMessage = {
  readonly id: string
  /** Unix time, seconds. */
  readonly timestamp: number
  readonly body: Buffer
}

/**
 * What a receiver checks who knows the key. A key that is not `whsec_` and base64 is taken as it is, in UTF-8.
 * @see Standard Webhooks 1.0 (https://www.standardwebhooks.com)
 */
export function signatureHeaders(key: string, { id, timestamp, body }: SignedMessage) {
  const signature = createHmac('sha256', keyBytes(key))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}

function keyBytes(key: string): Buffer {
  const encoded = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : ''
  const bytes = Buffer.from(encoded, 'base64')
  const isBase64 =
    bytes.length > 0 && bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '')
  return isBase64 ? bytes : Buffer.from(key)
}
