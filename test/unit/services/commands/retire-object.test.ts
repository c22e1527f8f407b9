import { describe, expect, it } from 'vitest'
import { ETERNITY } from '../../../../contracts/time/timerange.ts'
import { fragmentedFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const segment = (object_id: string, second: number, more: object = {}) => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
  ...more,
})

const retiredIn = (model: Awaited<ReturnType<typeof withHarness>>) =>
  [...model.objects].filter(([, { retired }]) => retired).map(([id]) => id)

describe('an object whose last segment is deleted', () => {
  it('is retired with it, and what other segments use stays', async () => {
    const model = await withHarness(async ({ putFlow, allocate, register, deleteSegments }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('copy', 'camera'))
      await allocate('hd', 'a', 'b', 'c')
      await register('hd', segment('a', 0), segment('b', 1), segment('c', 2))
      await register('copy', segment('b', 1))
      await deleteSegments('hd', '[0:0_2:0)')
    })
    expect(retiredIn(model)).toStrictEqual(['a'])
  })

  it('takes its init object along with the last that was made with it', async () => {
    const init_object_id = 'head'
    const model = await withHarness(async ({ putFlow, allocate, register, deleteSegments, log }) => {
      await putFlow(fragmentedFlow('hd', 'camera'))
      await allocate('hd', 'a', 'b', 'c', 'head')
      await register('hd', ...['a', 'b', 'c'].map((id, second) => segment(id, second, { init_object_id })))
      await deleteSegments('hd', '[0:0_1:0)')
      expect((await log.readStream('object-head', 0, 10)).at(-1)?.type).toBe('ObjectDereferenced')
      await deleteSegments('hd', '_')
      expect((await log.readStream('object-head', 0, 10)).map(({ type }) => type)).toStrictEqual([
        'ObjectAllocated',
        'ObjectReferenced',
        'ObjectReferenced',
        'ObjectDereferenced',
        'ObjectDereferenced',
        'ObjectRetired',
      ])
    })
    expect(retiredIn(model).sort()).toStrictEqual(['a', 'b', 'c', 'head'])
  })

  it('is kept for the grace where only segments are deleted, and not with a whole flow', async () => {
    const model = await withHarness(
      async ({ putFlow, allocate, register, deleteSegments, deleteFlow, finish }) => {
        await putFlow(videoFlow('hd', 'camera'))
        await allocate('hd', 'a', 'b')
        await register('hd', segment('a', 0), segment('b', 1))
        await deleteSegments('hd', '[0:0_1:0)')
        const held = await deleteFlow('hd')
        if ('refused' in held || held.deletion_id === undefined) throw new Error('it was to be held')
        await finish(held.deletion_id)
      },
      { graceSeconds: 60 },
    )
    expect(retiredIn(model)).toStrictEqual(['b'])
  })

  it('may be made known again, as another, where it never was in a storage backend', async () => {
    const get_urls = [{ label: 'web', url: 'https://a/' }]
    const model = await withHarness(async (harness) => {
      const { putFlow, register, deleteSegments, registerObject, catchUp, catalog } = harness
      await putFlow(videoFlow('hd', 'camera'))
      await register('hd', segment('far', 0, { get_urls, key_frame_count: 1 }))
      const before = await harness.log.head()
      await deleteSegments('hd', '_')
      expect(await registerObject({ id: 'far', role: 'media', timerange: '[0:0_9:0)', get_urls })).toEqual({
        registered: true,
      })
      await register('hd', segment('far', 5))
      await catchUp()
      const asked = { flow_id: 'hd', range: ETERNITY, reverse: false, limit: 9 }
      const keyFrames = (position: number) =>
        catalog.reader.pastPage(asked, position).rows.map((row) => [row[0], row[9]])
      expect(keyFrames(before)).toStrictEqual([[0, 1]])
      expect(keyFrames(await harness.log.head())).toStrictEqual([[5, null]])
    })
    expect(model.objects.get('far')).toMatchObject({ retired: false, references: 1 })
    expect(model.retired.map(({ id }) => id)).toStrictEqual(['far'])
  })
})
