import { describe, expect, it } from 'vitest'
import { CatalogBehind, positionWaiters } from '../../../../services/catalog/position-waiters.ts'

const settled = async (promises: Promise<void>[]) =>
  (await Promise.allSettled(promises)).map(({ status }) => status)

describe('waiting for a position', () => {
  it('is over at once where it is reached already', async () => {
    const waiters = positionWaiters()
    waiters.reach(5)
    await Promise.all([waiters.reached(0), waiters.reached(5)])
    expect(waiters.position()).toBe(5)
  })

  it('ends for those who waited for no more, and for no one else', async () => {
    const waiters = positionWaiters()
    const order: number[] = []
    const waiting = [3, 1, 2].map((position) => waiters.reached(position).then(() => order.push(position)))
    waiters.reach(2)
    await Promise.all([waiting[1], waiting[2]])
    expect(order.sort()).toStrictEqual([1, 2])
    waiters.reach(7)
    await Promise.all(waiting)
  })

  it('is given up after a while, by each on its own', async () => {
    const waiters = positionWaiters(1)
    expect(await settled([waiters.reached(1), waiters.reached(2)])).toStrictEqual(['rejected', 'rejected'])
    await expect(waiters.reached(1)).rejects.toThrow(CatalogBehind)
    waiters.reach(1)
    await waiters.reached(1)
  })

  it('ends for all when there is nothing more to come', async () => {
    const waiters = positionWaiters()
    const waiting = [waiters.reached(1), waiters.reached(2)]
    waiters.close()
    expect(await settled(waiting)).toStrictEqual(['rejected', 'rejected'])
  })
})
