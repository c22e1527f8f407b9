import { expect, it } from 'vitest'
import { nudger } from '../../../../../../services/adapters/event-log/mirrored/nudge.ts'

it('an append that has waited for a minute in silence is let go, and again where that failed', async () => {
  let waiting: readonly string[] = []
  let nowMs = 0
  const told: string[] = []
  const letGo = async (append: string) => {
    told.push(`${append} at ${nowMs}`)
    throw new Error('the server is away')
  }
  const nudge = nudger({ waiting: () => waiting }, letGo, () => nowMs)
  const at = async (ms: number, appends: readonly string[]) => {
    nowMs = ms
    waiting = appends
    await nudge()
  }

  await at(0, [])
  await at(1_000, ['a', 'b'])
  await at(60_000, ['a', 'b'])
  expect(told).toEqual([])
  await at(61_000, ['a', 'b'])
  await at(62_000, ['a', 'b'])
  await at(121_000, ['a', 'b'])
  await at(122_000, ['b'])
  await at(181_000, ['b'])
  await at(182_000, ['b'])
  await at(300_000, [])

  expect(told).toEqual(['a at 61000', 'a at 121000', 'b at 182000'])
})
