import { describe, expect, it } from 'vitest'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withTwoOnEventStore } from '../../../support/with-harness.ts'

/**
 * Two processes on one EventStoreDB, which writes stream by stream: whoever is overtaken has written some of them. Every
 * test ends with a check of the whole log (test/support/log-model), and that both put it in the same order.
 */
const ROUNDS = 8
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
const REGISTERED = { failed: [], registered: 1 }

describe('two writers of one timeline, on EventStoreDB', () => {
  it('both succeed where they leave each other room, and what they were overtaken at leaves nothing', async () => {
    const model = await withTwoOnEventStore(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      const ids = Array.from({ length: 30 }, (_, index) => `clip ${index}`)
      await one.allocate('hd', ...ids)
      const outcomes = await Promise.all(
        ids.map((object_id, index) =>
          (index % 2 === 0 ? one : two).register('hd', {
            object_id,
            timerange: `[${index}:0_${index + 1}:0)`,
          }),
        ),
      )
      expect(outcomes).toEqual(ids.map(() => REGISTERED))
    })
    expect(model.timelines.get('hd')).toHaveLength(30)
    expect([...model.objects.values()].map(({ references }) => references)).toEqual(Array(30).fill(1))
  })

  it('never overlap: whoever comes second has left no more than a reference that nothing has', async () => {
    const racing = withTwoOnEventStore(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', ...rounds.flatMap((round) => [`one ${round}`, `two ${round}`]))
      for (const round of rounds) {
        const outcomes = await Promise.all([
          one.register('hd', { object_id: `one ${round}`, timerange: `[${round}:0_${round}:600000000)` }),
          two.register('hd', { object_id: `two ${round}`, timerange: `[${round}:500000000_${round + 1}:0)` }),
        ])
        expect(
          outcomes.filter((outcome) => 'registered' in outcome && outcome.registered === 1),
        ).toHaveLength(1)
        expect(JSON.stringify(outcomes)).toContain('segment_overlaps')
      }
    })
    const lost = await racing.then(
      () => '',
      ({ message }: Error) => message,
    )
    const [told, ...violations] = lost.split('\n')
    expect(told).toMatch(/^(the log is not sound:)?$/)
    for (const violation of violations)
      expect(violation).toMatch(/^(one|two) \d counts 1 references, and has 0$/)
  })
})

describe('two writers of flows and their sources, on EventStoreDB', () => {
  it('never leave a flow without its source, nor a source without a flow', async () => {
    await withTwoOnEventStore(async (one, two) => {
      await one.putFlow(videoFlow('first', 'camera'))
      for (const round of rounds) {
        const [first, next] = round % 2 === 0 ? (['first', 'next'] as const) : (['next', 'first'] as const)
        const [deleted, put] = await Promise.all([
          one.deleteFlow(first),
          two.putFlow(videoFlow(next, 'camera')),
        ])
        expect(deleted).toStrictEqual({ deleted: 0 })
        expect(put).toStrictEqual({ created: true })
      }
    })
  })
})

describe('the deletion and the use of an object, on EventStoreDB', () => {
  it('does not take media from a segment that is there', async () => {
    const model = await withTwoOnEventStore(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.putFlow(videoFlow('copy', 'camera'))
      for (const round of rounds) {
        const segment = { object_id: `clip ${round}`, timerange: `[${round}:0_${round + 1}:0)` }
        await one.allocate('hd', segment.object_id)
        await one.register('hd', segment)
        const [user, cleaner] = round % 2 === 0 ? [one, two] : [two, one]
        await Promise.all([user.register('copy', segment), cleaner.deleteSegments('hd', segment.timerange)])
      }
    })
    const kept = [...model.objects.values()].filter(({ retired }) => !retired)
    expect(kept).toHaveLength(model.timelines.get('copy')?.length ?? 0)
  })
})
