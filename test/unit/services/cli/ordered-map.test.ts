import { describe, expect, it } from 'vitest'
import { inReadyBatches, mapInOrder } from '../../../../services/cli/ordered-map.ts'

/** Promises that are settled by hand, by number. */
function gates() {
  const open = new Map<number, () => void>()
  const started: number[] = []
  return {
    started,
    open: (number: number) => open.get(number)?.(),
    pass: (number: number) =>
      new Promise<number>((resolve) => {
        started.push(number)
        open.set(number, () => resolve(number))
      }),
  }
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) yield number
}

const tick = () => new Promise((resolve) => setImmediate(resolve))

describe('mapping in order', () => {
  it('gives results in the order of the items, whichever is ready first', async () => {
    const { open, pass } = gates()
    const results = mapInOrder(numbers(3), 3, pass)
    const first = results.next()
    await tick()
    open(2)
    open(1)
    await tick()
    open(0)
    expect([(await first).value, (await results.next()).value, (await results.next()).value]).toEqual([
      0, 1, 2,
    ])
  })

  it('works on no more items at a time than allowed', async () => {
    const { started, open, pass } = gates()
    const results = mapInOrder(numbers(10), 2, pass)
    const first = results.next()
    await tick()
    expect(started).toEqual([0, 1])
    open(0)
    await first
    const second = results.next()
    await tick()
    expect(started).toEqual([0, 1, 2])
    open(1)
    await second
  })

  it('gives what is ready while the source makes it wait', async () => {
    async function* stalling(): AsyncGenerator<number> {
      yield 1
      await new Promise(() => undefined)
    }
    const results = mapInOrder(stalling(), 4, async (number) => number)
    expect((await results.next()).value).toBe(1)
  })

  it('throws a failure when its turn has come, and not before', async () => {
    const results = mapInOrder(numbers(2), 2, async (number) => {
      if (number === 1) throw new Error('second')
      return number
    })
    expect((await results.next()).value).toBe(0)
    await expect(results.next()).rejects.toThrow('second')
  })

  it('throws what the source throws', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 0
      throw new Error('source')
    }
    const results = mapInOrder(failing(), 1, async (number) => number)
    await results.next()
    await expect(results.next()).rejects.toThrow('source')
  })
})

describe('collecting what is ready', () => {
  it('takes all that is there, up to the most allowed', async () => {
    const batches: number[][] = []
    for await (const batch of inReadyBatches(numbers(5), 2)) batches.push(batch)
    expect(batches).toEqual([[0, 1], [2, 3], [4]])
  })

  it('does not wait for what is not there yet', async () => {
    const { open, pass } = gates()
    const batches = inReadyBatches(mapInOrder(numbers(2), 2, pass), 10)
    const first = batches.next()
    await tick()
    open(0)
    expect((await first).value).toEqual([0])
    const second = batches.next()
    open(1)
    expect((await second).value).toEqual([1])
    expect((await batches.next()).done).toBe(true)
  })
})
