import { createHmac, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  hmacSha256,
  oneShotHmac,
  streamingHmac,
} from '../../../../../services/adapters/media-store/hmac-sha256.ts'

const messages = [
  '',
  'GET\n1790000000\n2026/11/21/0123456789abcdef0123456789abcdef',
  'naïve Müller 媒体 🎬 \ud800',
  ...[100, 170, 171, 512, 513, 5000].flatMap((length) => ['m'.repeat(length), '媒'.repeat(length)]),
]
const keys = [0, 1, 32, 63, 64, 65, 200].map((length) => randomBytes(length))

describe.each([
  ['one-shot hashes', oneShotHmac],
  ['the streaming API', streamingHmac],
  ['whatever this Node has', hmacSha256],
])('HMAC-SHA256 by %s', (_name, hmac) => {
  it('is what createHmac says, for any key and message', () => {
    for (const key of keys) {
      const mac = hmac(key)
      for (const message of messages) {
        expect(mac(message)).toBe(createHmac('sha256', key).update(message).digest('base64url'))
      }
    }
  })

  it('keeps nothing of one message for the next', () => {
    const mac = hmac(keys[2]!)
    const short = mac('short')
    mac('a much longer message than the one before')
    expect(mac('short')).toBe(short)
  })
})

describe('RFC 4231', () => {
  it('agrees, test case 2', () => {
    const digest = hmacSha256(Buffer.from('Jefe'))('what do ya want for nothing?')
    expect(Buffer.from(digest, 'base64url').toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })
})
