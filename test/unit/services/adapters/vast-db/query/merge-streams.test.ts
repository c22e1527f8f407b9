import { describe, expect, it } from 'vitest'
import { mergeStreams } from '../../../../../../services/adapters/vast-db/query/merge-streams.ts'

describe('several streams', () => {
  const counting = (name: string, count: number, log: string[]) =>
    (async function* () {
      log.push(`${name} begins`)
      try {
        for (let at = 0; at < count; at += 1) yield `${name}${at}`
      } finally {
        log.push(`${name} ends`)
      }
    })()

  it('bring all that each of them has, so many at a time', async () => {
    const log: string[] = []
    const streams = ['a', 'b', 'c'].map((name) => counting(name, 2, log))
    const found: string[] = []
    for await (const one of mergeStreams(streams, 2, () => log.push('stop'))) found.push(one)

    expect(found.sort()).toEqual(['a0', 'a1', 'b0', 'b1', 'c0', 'c1'])
    expect(log.indexOf('c begins')).toBeGreaterThan(Math.min(log.indexOf('a ends'), log.indexOf('b ends')))
    expect(log.at(-1)).toBe('stop')
  })

  it('end together when nobody reads on, or one of them fails', async () => {
    const log: string[] = []
    for await (const _ of mergeStreams([counting('a', 9, log), counting('b', 9, log)], 2, () =>
      log.push('stop'),
    ))
      break
    expect(log.slice(-3).sort()).toEqual(['a ends', 'b ends', 'stop'])

    const failing = (async function* (): AsyncGenerator<string> {
      yield* []
      throw new Error('mine')
    })()
    const reading = (async () => {
      for await (const _ of mergeStreams([failing, counting('c', 9, log)], 2, () => undefined));
    })()
    await expect(reading).rejects.toThrow('mine')
    expect(log.at(-1)).toBe('c ends')
  })
})
