import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { signatureHeaders } from '../../../../services/webhooks/sign-webhook.ts'

const message = {
  id: 'msg',
  timestamp: Math.floor(Date.now() / 1000),
  body: '{"event_type":"flows/created"}',
}
const encoded = Buffer.from('a key of 32 bytes, more or less.').toString('base64')

describe('the signature of a notification', () => {
  it.each<[what: string, key: string, verifier: Webhook]>([
    ['a key of Standard Webhooks', `whsec_${encoded}`, new Webhook(`whsec_${encoded}`)],
    ['any other text', 'Bearer abc', new Webhook('Bearer abc', { format: 'raw' })],
    [
      'text that only begins like one',
      'whsec_not base64!',
      new Webhook('whsec_not base64!', { format: 'raw' }),
    ],
    ['a prefix and nothing more', 'whsec_', new Webhook('whsec_', { format: 'raw' })],
  ])('is what others make of %s', (_what, key, verifier) => {
    const headers = signatureHeaders(key, { ...message, body: Buffer.from(message.body) })
    expect(verifier.verify(message.body, headers)).toStrictEqual(JSON.parse(message.body))
    expect(() => verifier.verify(`${message.body} `, headers)).toThrow()
    expect(() => verifier.verify(message.body, { ...headers, 'webhook-id': 'other' })).toThrow()
    expect(() => new Webhook('another', { format: 'raw' }).verify(message.body, headers)).toThrow()
  })
})
