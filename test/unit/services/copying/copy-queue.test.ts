import { describe, expect, it } from 'vitest'
import type { OpenCopyRow } from '../../../../services/catalog/copy-queries.ts'
import { type CopyQueue, type CopyTurn, copyQueue } from '../../../../services/copying/copy-queue.ts'

const copyAt = (position: number): OpenCopyRow => ({
  object_id: `o${position}`,
  storage_id: 'shelf',
  key: `k${position}`,
  position,
})

/** A queue on open copies that a test may change, and the largest page it asked for. */
function queueOf(count: number) {
  const open = new Map(Array.from({ length: count }, (_, i) => [i + 1, copyAt(i + 1)]))
  const asked = { reads: 0, limit: 0 }
  const queue = copyQueue((after, limit) => {
    asked.reads += 1
    asked.limit = Math.max(asked.limit, limit)
    const page: OpenCopyRow[] = []
    for (let at = after + 1; at <= 300_000 && page.length < limit; at++) {
      const row = open.get(at)
      if (row) page.push(row)
      else if (at > open.size + 1000) break
    }
    return page
  })
  return { queue, open, asked }
}

const isTurn = (next: ReturnType<CopyQueue['next']>): next is CopyTurn => 'copy' in next

/** All that is due, each over at once. @returns their positions */
function drain({ queue, open }: ReturnType<typeof queueOf>, nowMs: number): number[] {
  const taken: number[] = []
  for (;;) {
    const next = queue.next(nowMs)
    if (!isTurn(next)) return taken
    taken.push(next.copy.position)
    open.delete(next.copy.position)
    queue.over(next.copy)
  }
}

describe('the queue of copies', () => {
  it('hands out each once, in order, a page at a time', () => {
    const test = queueOf(1000)
    expect(drain(test, 0)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
    expect(test.asked.limit).toBeLessThanOrEqual(100)
    expect(test.asked.reads).toBeLessThanOrEqual(12)
  })

  it('hands out none twice while it is under way, and new ones as they come', () => {
    const { queue, open } = queueOf(2)
    const turns = [queue.next(0), queue.next(0)]
    expect(turns.map((turn) => isTurn(turn) && turn.copy.position)).toEqual([1, 2])
    expect(queue.next(10_000)).toEqual({ inMs: 30_000 })
    open.set(3, copyAt(3))
    expect(queue.next(10_000)).toMatchObject({ copy: { position: 3 } })
  })

  it('hands out what failed when it is due, with what is known of it', () => {
    const { queue } = queueOf(2)
    const first = queue.next(0) as CopyTurn
    expect(first.failures).toEqual({ passing: 0, lasting: 0 })
    queue.later(first.copy, { passing: 1, lasting: 2 }, 5_000)
    expect(queue.next(0)).toMatchObject({ copy: { position: 2 } })
    expect(queue.next(1_000)).toEqual({ inMs: 4_000 })
    expect(queue.next(5_000)).toEqual({ copy: copyAt(1), failures: { passing: 1, lasting: 2 } })
  })

  it('is not held up by what failed, however much that is', () => {
    const test = queueOf(20_000)
    for (let failed = 0; failed < 19_999; failed++) {
      const next = test.queue.next(0) as CopyTurn
      test.queue.later(next.copy, { passing: 1, lasting: 0 }, 60_000)
    }
    expect(drain(test, 0)).toEqual([20_000])
    const again: number[] = []
    for (let looks = 0; looks < 100; looks++) again.push(...drain(test, 60_000))
    expect(again).toHaveLength(19_999)
  })

  it('looks through a bounded number of those that rest at a time', () => {
    const { queue, asked } = queueOf(5_000)
    for (let failed = 0; failed < 5_000; failed++) {
      queue.later((queue.next(0) as CopyTurn).copy, { passing: 1, lasting: 0 }, failed === 0 ? 1_000 : 90_000)
    }
    expect(queue.next(1_000)).toMatchObject({ copy: { position: 1 } })
    asked.reads = 0
    expect(queue.next(1_000)).toEqual({ inMs: 1 })
    expect(asked.reads).toBeLessThanOrEqual(10)
  })
})
