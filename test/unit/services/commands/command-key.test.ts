import { describe, expect, it } from 'vitest'
import { commandKey, idByKey, type KeyedRequest } from '../../../../services/commands/command-key.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const request: KeyedRequest = {
  channel: 'http',
  actor: null,
  key: 'k',
  request: ['POST', '/flows', '{}'],
  days: 1,
  nowMs: 3 * DAY_MS + 1,
}
const keyOf = (changes: Partial<KeyedRequest>) => commandKey({ ...request, ...changes })

describe('a command’s key', () => {
  it('is the same for the same request, whenever it comes in its period', () => {
    expect(keyOf({ nowMs: 4 * DAY_MS - 1 })).toStrictEqual(keyOf({}))
    expect(keyOf({}).period).toBe(3)
    expect(keyOf({ nowMs: 4 * DAY_MS })).toStrictEqual({ ...keyOf({}), period: 4 })
    expect(keyOf({ days: 7 }).period).toBe(0)
  })

  it('is told apart by whose it is and where it comes from, not by the request', () => {
    const own = keyOf({}).digest
    expect(keyOf({ request: ['POST', '/flows', '{"a":1}'] }).digest).toBe(own)
    const others = [keyOf({ key: 'K' }), keyOf({ actor: 'null' }), keyOf({ channel: 'kafka' })]
    expect(new Set([own, ...others.map(({ digest }) => digest)]).size).toBe(4)
  })

  it.each([
    ['another body', { request: ['POST', '/flows', '{ }'] }],
    ['another split of the same text', { request: ['POST', '/flows{', '}'] }],
    ['another path', { request: ['POST', '/flow', '{}'] }],
    // Without the key, nobody can try which body it was.
    ['another key', { key: 'l' }],
  ])('has another fingerprint for %s', (_, changes) => {
    expect(keyOf(changes).fingerprint).not.toBe(keyOf({}).fingerprint)
  })

  it('does not tell what the client’s key is', () => {
    expect(JSON.stringify(keyOf({ key: 'a-secret' }))).not.toContain('a-secret')
  })

  it('names what is made: the same as often as it is asked, another for another request', () => {
    const id = idByKey(keyOf({}))
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(idByKey(keyOf({ nowMs: 9 * DAY_MS }))).toBe(id)
    expect(idByKey(keyOf({ request: [] }))).not.toBe(id)
  })
})
