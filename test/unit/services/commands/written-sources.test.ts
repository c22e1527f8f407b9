import { describe, expect, it } from 'vitest'
import type { SourceMetadata } from '../../../../contracts/events/source-events.ts'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import { MAX_FLOWS_AT_ONCE } from '../../../../services/commands/delete-source.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const ROUNDS = 12
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
const camera: SourceMetadata = { id: 'camera', format: VIDEO, label: 'Camera' }

describe('a source that is written', () => {
  it('is there without a flow, and when its last has gone', async () => {
    const model = await withHarness(async ({ createSource, putFlow, deleteFlow }) => {
      expect(await createSource(camera)).toStrictEqual({ created: true })
      expect(await createSource(camera)).toStrictEqual({ refused: { reason: 'source_exists' } })
      await putFlow(videoFlow('hd', 'camera'))
      await deleteFlow('hd')
      await putFlow(videoFlow('sd', 'other'))
      await deleteFlow('sd')
    })
    expect([...model.sources.keys()]).toStrictEqual(['camera'])
  })

  it('is made once, and otherwise replaced', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const source = { ...camera, id: `camera ${round}` }
        const outcomes = await Promise.all([
          one.putSource({ ...source, label: 'one' }),
          two.putSource({ ...source, label: 'two' }),
        ])
        expect(outcomes).toHaveLength(2)
        expect(outcomes).toContainEqual({ created: true })
        expect(outcomes).toContainEqual({ created: false })
      }
    })
    expect(model.sources.size).toBe(ROUNDS)
  })

  it('has one format, whether its flow comes first or it does', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const id = `camera ${round}`
        const [source, flow] = await Promise.all([
          one.putSource({ id, format: AUDIO }),
          two.putFlow(videoFlow(`hd ${round}`, id)),
        ])
        expect('refused' in source).toBe(!('refused' in flow))
      }
    })
  })

  it('keeps every tag that clients set at the same time', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.createSource(camera)
      for (const round of rounds) {
        await Promise.all([
          one.changeSource('camera', { property: 'tags', name: `one ${round}`, value: 'x' }),
          one.changeSource('camera', { property: 'tags', name: `too ${round}`, value: 'x' }),
          two.changeSource('camera', { property: 'tags', name: `two ${round}`, value: ['x'] }),
        ])
      }
    })
    expect(Object.keys(model.sources.get('camera')?.source.tags ?? {})).toHaveLength(3 * ROUNDS)
  })
})

describe('deleting a source', () => {
  it('needs one without flows, unless they go too', async () => {
    const model = await withHarness(async ({ createSource, deleteSource, putFlow }) => {
      expect(await deleteSource('camera')).toStrictEqual({ refused: { reason: 'source_not_found' } })
      await createSource(camera)
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('sd', 'camera'))
      await putFlow(multiFlow('programme', 'show', { flow_collection: [{ id: 'hd' }] }))
      expect(await deleteSource('camera')).toStrictEqual({
        refused: { reason: 'source_has_flows', flow_ids: ['hd', 'sd'] },
      })
      expect(await deleteSource('camera', true)).toStrictEqual({ deleted: 0, deletion_ids: [] })
    })
    expect([...model.sources.keys()]).toStrictEqual(['show'])
    expect(model.flows.get('programme')?.members).toStrictEqual([])
  })

  it('takes one that came with its flows in the same way', async () => {
    const model = await withHarness(async ({ deleteSource, putFlow }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('sd', 'camera'))
      expect(await deleteSource('camera', true)).toStrictEqual({ deleted: 0, deletion_ids: [] })
    })
    expect(model.sources.size).toBe(0)
  })

  it('leaves everything where one of the flows is read-only', async () => {
    const model = await withHarness(async ({ deleteSource, putFlow, changeFlow, log }) => {
      for (const id of ['hd', 'sd', 'uhd']) await putFlow(videoFlow(id, 'camera'))
      await changeFlow('sd', { property: 'read_only', value: true })
      const head = await log.head()
      const refused = { refused: { reason: 'source_flow_read_only', flow_id: 'sd' } }
      expect(await deleteSource('camera', true)).toStrictEqual(refused)
      expect(await log.head()).toBe(head)
    })
    expect(model.flows.size).toBe(3)
  })

  it('takes as many flows as fit into one append, and no more', async () => {
    await withHarness(async ({ deleteSource, putFlow, deleteFlow }) => {
      for (let n = 0; n <= MAX_FLOWS_AT_ONCE; n++) await putFlow(videoFlow(`hd ${n}`, 'camera'))
      expect(await deleteSource('camera', true)).toStrictEqual({
        refused: {
          reason: 'source_has_too_many_flows',
          count: MAX_FLOWS_AT_ONCE + 1,
          max: MAX_FLOWS_AT_ONCE,
        },
      })
      await deleteFlow('hd 0')
      expect(await deleteSource('camera', true)).toStrictEqual({ deleted: 0, deletion_ids: [] })
    })
  })

  it('never leaves a flow without its source', async () => {
    await withTwoHarnesses(async (one, two) => {
      for (const round of rounds) {
        const cascade = round % 2 === 0
        await one.putSource({ ...camera, label: `${round}` })
        await Promise.all([
          one.deleteSource('camera', cascade),
          two.putFlow(videoFlow(`hd ${round}`, 'camera')),
          two.changeSource('camera', { property: 'description', value: `${round}` }),
        ])
      }
    })
  })
})
