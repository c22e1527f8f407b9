import { describe, expect, it } from 'vitest'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const segment = (object_id: string, second: number) => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
})

describe('deleting a flow', () => {
  it('takes its source with it only if that has no other flow', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('sd', 'camera'))
      await putFlow(videoFlow('uhd', 'other camera'))
      expect(await deleteFlow('hd')).toStrictEqual({ deleted: true })
      expect(await deleteFlow('uhd')).toStrictEqual({ deleted: true })
    })
    expect([...model.sources.keys()]).toStrictEqual(['camera'])
    expect([...model.flows.keys()]).toStrictEqual(['sd'])
  })

  it('can be done once', async () => {
    await withHarness(async ({ putFlow, deleteFlow }) => {
      const refused = { refused: { reason: 'flow_not_found' } }
      expect(await deleteFlow('hd')).toStrictEqual(refused)
      await putFlow(videoFlow('hd', 'camera'))
      await deleteFlow('hd')
      expect(await deleteFlow('hd')).toStrictEqual(refused)
    })
  })

  it('stops all writes to it at once', async () => {
    await withHarness(async ({ putFlow, deleteFlow, allocate, register, deleteSegments }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await allocate('hd', 'clip')
      await deleteFlow('hd')
      const refused = { refused: { reason: 'flow_not_found' } }
      expect(await register('hd', segment('clip', 0))).toStrictEqual(refused)
      expect(await allocate('hd', 'other')).toStrictEqual(refused)
      expect(await deleteSegments('hd', '_')).toStrictEqual(refused)
    })
  })

  it('releases what its segments used, and nothing that other flows use', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow, drain, allocate, register, retire }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('copy', 'camera'))
      await allocate('hd', 'own', 'shared')
      await register('hd', segment('own', 0), segment('shared', 1))
      await register('copy', segment('shared', 1))
      await deleteFlow('hd')
      expect(await retire('own')).toBe(false)
      await drain('hd')
      expect(await retire('own')).toBe(true)
      expect(await retire('shared')).toBe(false)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
    expect(model.objects.get('shared')?.references).toBe(1)
  })

  it('is drained in as many steps as it takes, and draining again does nothing', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow, drain, allocate, register, log }) => {
      await putFlow(videoFlow('hd', 'camera'))
      const ids = Array.from({ length: 1203 }, (_, index) => `clip ${index}`)
      await allocate('hd', ...ids)
      await register('hd', ...ids.map(segment))
      await deleteFlow('hd')
      await drain('hd')
      const head = await log.head()
      await drain('hd')
      expect(await log.head()).toBe(head)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('lets a flow of the same id live that came after it', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow, drain, allocate, register }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await deleteFlow('hd')
      await putFlow(videoFlow('hd', 'camera'))
      await allocate('hd', 'clip')
      await register('hd', segment('clip', 0))
      await drain('hd')
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
  })
})
