import { describe, expect, it } from 'vitest'
import { boundedCounts } from '../../../../../services/api/http/bounded-counts.ts'

describe('counts by key', () => {
  it('begin anew with each window, which begins with the first', () => {
    let nowMs = 1_000
    const counts = boundedCounts(100, () => nowMs)
    expect(counts.increment('a')).toMatchObject({ count: 1, endsMs: 1_100 })
    nowMs = 1_099
    expect(counts.increment('a')).toMatchObject({ count: 2, endsMs: 1_100 })
    expect(counts.get('b')).toMatchObject({ count: 0 })
    nowMs = 1_100
    expect(counts.get('a').count).toBe(0)
    expect(counts.increment('a')).toMatchObject({ count: 1, endsMs: 1_200 })
  })

  it('can be taken back, but not below none', () => {
    const counts = boundedCounts(100, () => 0)
    counts.increment('a')
    counts.decrement('a')
    counts.decrement('a')
    expect(counts.get('a').count).toBe(0)
    expect(counts.increment('a').count).toBe(1)
    counts.reset('a')
    expect(counts.get('a').count).toBe(0)
  })

  it('are kept for so many keys, the latest', () => {
    const counts = boundedCounts(100, () => 0)
    for (let n = 0; n < 60_000; n += 1) counts.increment(String(n))
    expect([counts.get('0').count, counts.get('59999').count]).toEqual([0, 1])
  })
})
