import crypto from 'node:crypto'

/** @returns the HMAC-SHA256 of a message (UTF-8) */
export type Mac = (message: string) => string

/** How a Mac writes what it returns. */
export type MacEncoding = 'base64url' | 'hex'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32
const LONGEST_MESSAGE_BYTES = 512

/**
 * HMAC-SHA256 under a fixed key, the fastest way this Node has.
 * @see RFC 2104
 */
export const hmacSha256 = (key: Buffer, encoding: MacEncoding = 'base64url'): Mac =>
  typeof crypto.hash === 'function' ? oneShotHmac(key, encoding) : streamingHmac(key, encoding)

/** The SHA-256 of a text (UTF-8) in hexadecimal, the fastest way this Node has. */
export const sha256Hex: (text: string) => string =
  typeof crypto.hash === 'function'
    ? (text) => crypto.hash('sha256', text, 'hex')
    : (text) => crypto.createHash('sha256').update(text).digest('hex')

/** For Node before 20.12, which lacks `crypto.hash`. */
export const streamingHmac =
  (key: Buffer, encoding: MacEncoding = 'base64url'): Mac =>
  (message) =>
    crypto.createHmac('sha256', key).update(message).digest(encoding)

/**
 * Two one-shot hashes over buffers that hold the padded key already: half the time of `createHmac`, which
 * makes and finalises a native object for each message.
 */
export function oneShotHmac(key: Buffer, encoding: MacEncoding = 'base64url'): Mac {
  const block = Buffer.alloc(BLOCK_BYTES)
  block.set(key.length > BLOCK_BYTES ? crypto.createHash('sha256').update(key).digest() : key)
  const inner = Buffer.alloc(BLOCK_BYTES + LONGEST_MESSAGE_BYTES)
  const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)
  for (const [at, byte] of block.entries()) {
    inner[at] = byte ^ 0x36
    outer[at] = byte ^ 0x5c
  }
  // By the length of the message: to make a view costs a quarter of a hash.
  const padded = Array.from({ length: LONGEST_MESSAGE_BYTES + 1 }, (_, length) =>
    inner.subarray(0, BLOCK_BYTES + length),
  )
  const anyLength = streamingHmac(key, encoding)

  return (message) => {
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    if (message.length * 3 > LONGEST_MESSAGE_BYTES) return anyLength(message)
    const length = inner.write(message, BLOCK_BYTES, 'utf8')
    // As a binary string the digest stays on V8's heap; a Buffer for it would cost more than the hash.
    outer.write(crypto.hash('sha256', padded[length]!, 'binary'), BLOCK_BYTES, 'latin1')
    return crypto.hash('sha256', outer, encoding)
  }
}
