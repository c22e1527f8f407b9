import { describe, expect, it } from 'vitest'
import { interleave } from '../../bench/interleave.ts'

describe('measuring in turns', () => {
  it('never measures one thing twice while another waits', async () => {
    const order: string[] = []
    const turn = (name: string) => async () => order.push(name)
    await interleave(3, [turn('A'), turn('B')])
    expect(order).toEqual(['A', 'B', 'A', 'B', 'A', 'B'])
  })

  it('keeps the results of each apart, round by round', async () => {
    let count = 0
    const next = async () => ++count
    expect(await interleave(2, [next, next])).toEqual([
      [1, 3],
      [2, 4],
    ])
  })
})
