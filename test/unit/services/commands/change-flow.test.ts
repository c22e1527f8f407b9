import { describe, expect, it } from 'vitest'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const ROUNDS = 12
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)

describe('changing a property of a flow', () => {
  it('says whether it did, and writes nothing where it is so already', async () => {
    const model = await withHarness(async ({ putFlow, changeFlow, log }) => {
      await putFlow(videoFlow('hd', 'camera', { label: 'HD' }))
      expect(await changeFlow('hd', { property: 'max_bit_rate', value: 5_000 })).toStrictEqual({
        changed: true,
      })
      const head = await log.head()
      expect(await changeFlow('hd', { property: 'max_bit_rate', value: 5_000 })).toStrictEqual({
        changed: false,
      })
      expect(await changeFlow('hd', { property: 'description', value: undefined })).toStrictEqual({
        changed: false,
      })
      expect(await log.head()).toBe(head)
    })
    expect(model.flows.get('hd')?.flow).toStrictEqual(
      videoFlow('hd', 'camera', { label: 'HD', max_bit_rate: 5_000 }),
    )
  })

  it('keeps every tag that clients set at the same time, in one process', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `tag ${n}`)
    const model = await withHarness(async ({ putFlow, changeFlow }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await Promise.all(names.map((name) => changeFlow('hd', { property: 'tags', name, value: name })))
    })
    expect(model.flows.get('hd')?.flow.tags).toEqual(Object.fromEntries(names.map((name) => [name, name])))
  })

  it('keeps them when the processes are two, and the catalogs behind', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      for (const round of rounds) {
        await Promise.all([
          one.changeFlow('hd', { property: 'tags', name: `one ${round}`, value: 'x' }),
          two.changeFlow('hd', { property: 'tags', name: `two ${round}`, value: ['x'] }),
          two.changeFlow('hd', { property: 'label', value: `${round}` }),
        ])
      }
    })
    const flow = model.flows.get('hd')?.flow
    expect(Object.keys(flow?.tags ?? {})).toHaveLength(2 * ROUNDS)
    expect(flow?.label).toBe(`${ROUNDS - 1}`)
  })

  it('is done before the flow is locked, or refused', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const id = `hd ${round}`
        await one.putFlow(videoFlow(id, 'camera'))
        const [label, lock] = await Promise.all([
          one.changeFlow(id, { property: 'label', value: 'x' }),
          two.changeFlow(id, { property: 'read_only', value: true }),
        ])
        expect(lock).toStrictEqual({ changed: true })
        expect([{ changed: true }, { refused: { reason: 'flow_read_only' } }]).toContainEqual(label)
        expect(await one.changeFlow(id, { property: 'label', value: 'y' })).toStrictEqual({
          refused: { reason: 'flow_read_only' },
        })
      }
    })
  })
})

describe('a flow that collects others', () => {
  const programme = multiFlow('programme', 'show', {
    flow_collection: [{ id: 'hd', role: 'video' }, { id: 'sd' }, { id: 'programme' }],
  })
  const label = { property: 'label', value: 'Show' } as const

  it('is changed without the members that were deleted since, be they back or not', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow, changeFlow }) => {
      for (const id of ['hd', 'sd']) await putFlow(videoFlow(id, 'camera'))
      await putFlow(programme)
      await deleteFlow('hd')
      await deleteFlow('sd')
      await putFlow(videoFlow('hd', 'camera'))
      expect(await changeFlow('programme', label)).toStrictEqual({ changed: true })
    })
    expect(model.flows.get('programme')?.flow.flow_collection).toStrictEqual([{ id: 'programme' }])
  })

  it('never has a member that is deleted at the same time', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        for (const id of ['hd', 'sd']) await one.putFlow(videoFlow(id, 'camera', { label: `${round}` }))
        await two.putFlow(programme)
        const [deleted] = await Promise.all([
          one.deleteFlow('hd'),
          two.changeFlow('programme', { property: 'label', value: `${round}` }),
          one.changeFlow('programme', { property: 'description', value: `${round}` }),
        ])
        expect(deleted).toStrictEqual({ deleted: 0 })
      }
    })
  })

  it('takes only members that are there', async () => {
    await withHarness(async ({ putFlow, changeFlow }) => {
      await putFlow(programme)
      await putFlow(multiFlow('programme', 'show'))
      const outcome = await changeFlow('programme', {
        property: 'flow_collection',
        value: [{ id: 'programme' }, { id: 'nobody' }],
      })
      expect(outcome).toStrictEqual({ refused: { reason: 'collected_flow_missing', flow_ids: ['nobody'] } })
    })
  })
})
