import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '../../../../services/webhooks/backoff.ts'

const policy = { firstMs: 1_000, maxMs: 60_000, forMs: 3_600_000 }

describe('the time before another attempt', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [6, 32_000],
    [7, 60_000],
    [1_000_000, 60_000],
  ])('is, after %i of them, between half of %i ms and all of it', (attempts, most) => {
    expect(retryDelayMs(policy, { attempts, sinceMs: 0, askedMs: 0 }, 0)).toBe(most)
    expect(retryDelayMs(policy, { attempts, sinceMs: 0, askedMs: 0 }, 1)).toBe(most / 2)
  })

  it.each([
    [1, 0, 1_000],
    [1, 500, 1_000],
    [1, 30_000, 30_000],
    [7, 30_000, 60_000],
    [1, 60_001, 60_000],
    [1, Number.POSITIVE_INFINITY, 60_000],
  ])('is, after %i of them, where the receiver asks for %i ms, %i ms', (attempts, askedMs, expected) => {
    expect(retryDelayMs(policy, { attempts, sinceMs: 0, askedMs }, 0)).toBe(expected)
  })

  it('ends with the time there is, in which the last attempt is made', () => {
    const late = { attempts: 20, sinceMs: 3_599_000, askedMs: 60_000 }
    expect(retryDelayMs(policy, late, 0)).toBe(1_000)
    expect(retryDelayMs(policy, { ...late, sinceMs: 3_600_000 }, 0)).toBeUndefined()
    expect(retryDelayMs({ ...policy, forMs: 0 }, { attempts: 1, sinceMs: 0, askedMs: 0 }, 0)).toBeUndefined()
  })
})
