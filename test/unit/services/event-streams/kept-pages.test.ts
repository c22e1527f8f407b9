import { describe, expect, it } from 'vitest'
import { type FeedPage, keptPages } from '../../../../services/event-streams/kept-pages.ts'

/** A page of one event that weighs so much. */
const pageOf = (weight: number): FeedPage => ({
  reached: 1,
  messages: [
    {
      event: {
        position: 1,
        id: 'id',
        timeMs: 0,
        type: 'flows/created',
        correlationId: 'request',
        context: {},
        told: { what: 'flow', json: 'x'.repeat(weight) },
      },
      whole: () => Buffer.from(''),
      after: () => Buffer.from(''),
    },
  ],
})

/** Asks for pages one after the other. @returns those that had to be read */
async function readOf(asked: readonly string[], weight: number): Promise<readonly string[]> {
  const pages = keptPages()
  const read: string[] = []
  for (const key of asked) {
    await pages.page(key, async () => {
      read.push(key)
      return pageOf(weight)
    })
  }
  return read
}

const MEGABYTE = 1024 * 1024

describe('pages that were read', () => {
  it('are read once for all who ask for them', async () => {
    expect(await readOf(['a', 'b', 'a', 'b'], 10)).toEqual(['a', 'b'])
  })

  it('are kept as far as they are few', async () => {
    const many = Array.from({ length: 17 }, (_, n) => String(n))
    expect(await readOf([...many, '16', '0'], 10)).toEqual([...many, '0'])
  })

  it('are kept as far as they weigh little', async () => {
    expect(await readOf(['a', 'b', 'c', 'c', 'b', 'a'], 7 * MEGABYTE)).toEqual(['a', 'b', 'c', 'a'])
    expect(await readOf(['a', 'a'], 20 * MEGABYTE)).toEqual(['a', 'a'])
  })

  it('are read again where that failed', async () => {
    const pages = keptPages()
    const page = pageOf(1)
    await expect(pages.page('a', () => Promise.reject(new Error('not now')))).rejects.toThrow('not now')
    expect(await pages.page('a', async () => page)).toBe(page)
  })
})
