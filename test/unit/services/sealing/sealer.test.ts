import { describe, expect, it } from 'vitest'
import { CannotOpen, sealer } from '../../../../services/sealing/sealer.ts'

const key = Buffer.alloc(32, 1)
const { seal, open } = sealer(key)
const secret = 'Bearer sésame 🗝'

describe('a sealed secret', () => {
  it.each([secret, '', 'x'.repeat(8_192)])('opens for its owner', (text) => {
    expect(open(seal(text, 'hook'), 'hook')).toBe(text)
  })

  it('opens after a restart, with the same key', () => {
    expect(sealer(Buffer.from(key)).open(seal(secret, 'hook'), 'hook')).toBe(secret)
  })

  it('is another text each time, of which none shows it', () => {
    const texts = Array.from({ length: 20 }, () => seal(secret, 'hook'))
    expect(new Set(texts).size).toBe(20)
    for (const text of texts) {
      expect(text).toMatch(/^v1\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/)
      const [, , ciphertext = ''] = text.split('.')
      expect(Buffer.from(ciphertext, 'base64url').toString()).not.toContain('sésame')
    }
  })

  it('does not open for another owner', () => {
    expect(() => open(seal(secret, 'hook'), 'other hook')).toThrow(CannotOpen)
  })

  it('does not open with another key', () => {
    expect(() => sealer(Buffer.alloc(32, 2)).open(seal(secret, 'hook'), 'hook')).toThrow(CannotOpen)
  })

  it('does not open once any bit of it was changed', () => {
    const [version, ...parts] = seal('key', 'hook').split('.')
    for (const [index, part] of parts.entries()) {
      const bytes = Buffer.from(part, 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const text = [version, ...parts.with(index, changed.toString('base64url'))].join('.')
        expect(() => open(text, 'hook')).toThrow(CannotOpen)
      }
    }
  })

  const [, iv, ciphertext, tag = ''] = seal(secret, 'hook').split('.')
  it.each([
    '',
    secret,
    `v2.${iv}.${ciphertext}.${tag}`,
    `v1.${iv}.${ciphertext}`,
    `v1.${iv}.${ciphertext}.${tag}.${tag}`,
    `v1.${iv}.${ciphertext}.${tag.slice(0, 6)}`,
    `v1..${ciphertext}.${tag}`,
  ])('does not open where it is none: %s', (text) => {
    expect(() => open(text, 'hook')).toThrow(CannotOpen)
  })
})
