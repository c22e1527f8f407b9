import { describe, expect, it } from 'vitest'
import { audioFlow, multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withTwoHarnesses } from '../../../support/with-harness.ts'

/**
 * Two processes on one log, each with its own cache. Every test ends with a check of the whole log
 * (test/support/log-model), so what is expected here is only which outcomes there may be.
 */
const ROUNDS = 12
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)

const counting = (outcomes: readonly unknown[], wanted: unknown): number =>
  outcomes.filter((outcome) => JSON.stringify(outcome) === JSON.stringify(wanted)).length

describe('putting and deleting flows', () => {
  it('never leaves a flow without its source, nor a source without a flow', async () => {
    await withTwoHarnesses(async (one, two) => {
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

  it('makes one source of two first flows', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const outcomes = await Promise.all([
          one.putFlow(videoFlow(`hd ${round}`, `camera ${round}`)),
          two.putFlow(videoFlow(`sd ${round}`, `camera ${round}`)),
        ])
        expect(counting(outcomes, { created: true })).toBe(2)
      }
    })
    expect([...model.sources.values()].map(({ flowIds }) => flowIds.size)).toStrictEqual(rounds.map(() => 2))
  })

  it('gives a new source one format', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const outcomes = await Promise.all([
          one.putFlow(videoFlow(`picture ${round}`, `source ${round}`)),
          two.putFlow(audioFlow(`sound ${round}`, `source ${round}`)),
        ])
        expect(counting(outcomes, { created: true })).toBe(1)
      }
    })
    expect(model.flows.size).toBe(ROUNDS)
  })

  it('creates a flow once, and takes the other for its replacement', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const flow = (label: string) => videoFlow(`hd ${round}`, 'camera', { label })
        const outcomes = await Promise.all([one.putFlow(flow('one')), two.putFlow(flow('two'))])
        expect(counting(outcomes, { created: true })).toBe(1)
        expect(counting(outcomes, { created: false })).toBe(1)
      }
    })
  })

  it('puts a flow either before it is deleted or after', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const flow = (label: string) => videoFlow(`hd ${round}`, 'camera', { label })
        await one.putFlow(flow('before'))
        const [put, deleted] = await Promise.all([two.putFlow(flow('after')), one.deleteFlow(`hd ${round}`)])
        expect(deleted).toStrictEqual({ deleted: 0 })
        expect([{ created: true }, { created: false }]).toContainEqual(put)
      }
    })
    expect([...model.flows.values()].every(({ flow }) => flow.label === 'after')).toBe(true)
  })

  it('registers segments either before their flow is deleted or not at all', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const flow_id = `hd ${round}`
        await one.putFlow(videoFlow(flow_id, 'camera'))
        await one.allocate(flow_id, `clip ${round}`)
        const [, deleted] = await Promise.all([
          two.register(flow_id, { object_id: `clip ${round}`, timerange: '[0:0_1:0)' }),
          one.deleteFlow(flow_id),
        ])
        expect([{ deleted: 0 }, { deleted: 1 }]).toContainEqual(deleted)
        // An object that was used has gone with its segment; the other is still there to go.
        const wasUsed = 'deleted' in deleted && deleted.deleted === 1
        expect(await one.retire(`clip ${round}`)).toBe(!wasUsed)
      }
    })
  })

  it('collects only flows that are there', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        await one.putFlow(videoFlow(`hd ${round}`, 'camera'))
        const programme = multiFlow(`programme ${round}`, 'show', {
          flow_collection: [{ id: `hd ${round}` }],
        })
        await Promise.all([two.putFlow(programme), one.deleteFlow(`hd ${round}`)])
      }
    })
  })
})

describe('allocating the same id twice at once', () => {
  it('gives it to one', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await two.putFlow(videoFlow('sd', 'camera'))
      for (const round of rounds) {
        const outcomes = await Promise.all([
          one.allocate('hd', `own ${round}`, `clip ${round}`),
          two.allocate('sd', `clip ${round}`),
          one.allocate('sd', `clip ${round}`),
        ])
        const refused = { refused: { reason: 'object_exists', object_id: `clip ${round}` } }
        expect(counting(outcomes, refused)).toBe(2)
      }
    })
    expect(model.objects.size).toBeGreaterThanOrEqual(ROUNDS)
  })
})
