import { describe, expect, it } from 'vitest'
import { type NextTurn, takeTurns } from '../../../../services/deletion/take-turns.ts'

type Job = { readonly name: string; readonly lane: string; turns: number }

/** Turns that end when the test says so; `seen` is who had one, in order. */
function scripted(atOnce: number, inMs = 0) {
  const seen: string[] = []
  const underWay: (() => void)[] = []
  const turns = takeTurns<Job>(
    atOnce,
    ({ lane }) => lane,
    async (job): Promise<NextTurn> => {
      seen.push(job.name)
      await new Promise<void>((resolve) => underWay.push(resolve))
      job.turns--
      return job.turns === 0 ? 'over' : { inMs }
    },
  )
  /** Ends the turn that began first. */
  const endOne = async () => {
    underWay.shift()?.()
    await new Promise(setImmediate)
  }
  return { seen, underWay, turns, endOne }
}

const job = (name: string, turns: number, lane = name): Job => ({ name, lane, turns })

describe('taking turns', () => {
  it('lets short jobs by long ones, however many of those there are', async () => {
    const { seen, turns, endOne } = scripted(2)
    for (const each of [job('long', 100), job('longer', 100), job('short', 1), job('brief', 2)])
      turns.add(each)
    for (let ended = 0; ended < 6; ended++) await endOne()
    expect(seen).toStrictEqual(['long', 'longer', 'short', 'brief', 'long', 'longer', 'brief', 'long'])
  })

  it('never has more turns under way than were allowed, nor two of one lane', async () => {
    const { seen, underWay, turns, endOne } = scripted(3)
    for (const each of [job('a1', 1, 'a'), job('a2', 1, 'a'), job('b', 1), job('c', 1), job('d', 1)]) {
      turns.add(each)
    }
    expect(seen).toStrictEqual(['a1', 'b', 'c'])
    expect(underWay).toHaveLength(3)
    await endOne()
    expect(seen).toStrictEqual(['a1', 'b', 'c', 'a2'])
    await endOne()
    expect(seen).toStrictEqual(['a1', 'b', 'c', 'a2', 'd'])
  })

  it('begins no turn once it is stopped, and waits for those under way', async () => {
    const { seen, turns, endOne } = scripted(1)
    turns.add(job('a', 5))
    turns.add(job('b', 5))
    let isStopped = false
    const stopped = turns.stop().then(() => {
      isStopped = true
    })
    await new Promise(setImmediate)
    expect(isStopped).toBe(false)
    await endOne()
    await stopped
    turns.add(job('c', 1))
    expect(seen).toStrictEqual(['a'])
  })

  it('has others take their turns while one rests', async () => {
    const { seen, turns, endOne } = scripted(1, 60_000)
    turns.add(job('tired', 2))
    turns.add(job('fresh', 1))
    await endOne()
    await endOne()
    expect(seen).toStrictEqual(['tired', 'fresh'])
    await turns.stop()
  })
})
