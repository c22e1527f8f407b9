import { describe, expect, it } from 'vitest'
import { allocateStorage } from '../../../../services/commands/allocate-storage.ts'
import { commandContext } from '../../../../services/commands/event-context.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

describe('allocating storage', () => {
  it('gives each object a key of its own, and the type of the flow’s container', async () => {
    await withHarness(async ({ putFlow, allocate }) => {
      await putFlow(videoFlow('hd', 'camera'))
      const outcome = await allocate('hd', 'a', 'b/ü', '__proto__')
      if (!('allocated' in outcome)) throw new Error('it was refused')
      expect(outcome.allocated.map(({ object_id }) => object_id)).toStrictEqual(['a', 'b/ü', '__proto__'])
      expect(new Set(outcome.allocated.map(({ key }) => key)).size).toBe(3)
      expect(outcome.allocated.every(({ content_type }) => content_type === 'video/mp4')).toBe(true)
    })
  })

  it('gives them the type that is asked for', async () => {
    await withHarness(async ({ putFlow, services }) => {
      await putFlow(videoFlow('hd', 'camera'))
      const backend = services.storageBackends.default!
      const request = {
        flow_id: 'hd',
        object_ids: ['a'],
        content_type: 'video/iso.segment',
        backend,
        nowMs: 0,
      }
      const { outcome } = await allocateStorage(services, commandContext('request', null), request)
      expect(outcome).toMatchObject({ allocated: [{ content_type: 'video/iso.segment' }] })
    })
  })

  it.each([
    ['known already', ['new', 'taken']],
    ['named twice', ['taken too', 'taken too']],
  ])('is for all or none: one of them is %s', async (_, object_ids) => {
    const model = await withHarness(async ({ putFlow, allocate }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await allocate('hd', 'taken')
      expect(await allocate('hd', ...object_ids)).toStrictEqual({
        refused: { reason: 'object_exists', object_id: object_ids[1] },
      })
    })
    expect([...model.objects.keys()]).toStrictEqual(['taken'])
  })

  it('never gives an id twice, not even after the object is gone', async () => {
    await withHarness(async ({ putFlow, allocate, retire }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await allocate('hd', 'clip')
      expect(await retire('clip')).toBe(true)
      expect(await allocate('hd', 'clip')).toStrictEqual({
        refused: { reason: 'object_exists', object_id: 'clip' },
      })
    })
  })

  it.each([
    ['nothing', 'flow_not_found'],
    ['programme', 'flow_container_missing'],
  ])('needs a flow that takes media, unlike %s', async (flow_id, reason) => {
    await withHarness(async ({ putFlow, allocate }) => {
      await putFlow(multiFlow('programme', 'show'))
      expect(await allocate(flow_id, 'clip')).toStrictEqual({ refused: { reason } })
    })
  })
})
