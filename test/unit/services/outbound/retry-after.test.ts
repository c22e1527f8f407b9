import { describe, expect, it } from 'vitest'
import { retryAfterMs } from '../../../../services/outbound/retry-after.ts'

const NOW = Date.UTC(2026, 10, 21, 8, 0, 0)

describe('what a server asks for with Retry-After', () => {
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['120', 120_000],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Sat, 21 Nov 2026 08:00:30 GMT', 30_000],
    ['Saturday, 21-Nov-26 08:00:30 GMT', 30_000],
    ['Fri, 20 Nov 2026 08:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
  ])('is read from %j', (text, expected) => {
    expect(retryAfterMs(text, NOW)).toBe(expected)
  })
})
