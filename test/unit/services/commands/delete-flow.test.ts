import { randomUUID } from 'node:crypto'
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
      expect(await deleteFlow('hd')).toStrictEqual({ deleted: 0 })
      expect(await deleteFlow('uhd')).toStrictEqual({ deleted: 0 })
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
    const model = await withHarness(async ({ putFlow, deleteFlow, allocate, register, retire }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('copy', 'camera'))
      await allocate('hd', 'own', 'shared')
      await register('hd', segment('own', 0), segment('shared', 1))
      await register('copy', segment('shared', 1))
      expect(await deleteFlow('hd')).toStrictEqual({ deleted: 2 })
      expect(await retire('shared')).toBe(false)
    })
    expect(model.objects.get('own')).toMatchObject({ references: 0, retired: true })
    expect(model.timelines.get('hd')).toStrictEqual([])
    expect(model.objects.get('shared')?.references).toBe(1)
  })

  it('is one append for a chunk of segments, and a request for one more', async () => {
    const clips = Array.from({ length: 501 }, (_, index) => `clip ${index}`)
    const model = await withHarness(async ({ putFlow, deleteFlow, allocate, register, log, finish }) => {
      const filled = async (id: string, count: number) => {
        await putFlow(videoFlow(id, 'camera'))
        await register(id, ...clips.slice(0, count).map(segment))
        return log.head()
      }
      await putFlow(videoFlow('first', 'camera'))
      await allocate('first', ...clips)
      await register('first', ...clips.map(segment))

      const before = await filled('small', 500)
      expect(await deleteFlow('small')).toStrictEqual({ deleted: 500 })
      const events = (await log.readAll(before, 1000)).map(({ type }) => type)
      expect(events).toStrictEqual([
        'FlowDeleted',
        'FlowDetached',
        'SegmentsDeleted',
        ...Array(500).fill('ObjectDereferenced'),
      ])

      const beforeLarge = await filled('large', 501)
      const outcome = await deleteFlow('large')
      expect(outcome).toStrictEqual({ deleted: 0, deletion_id: expect.any(String) })
      const { deletion_id } = outcome as { deletion_id: string }
      expect((await log.readAll(beforeLarge, 1000)).map(({ type, data }) => ({ type, data }))).toStrictEqual([
        {
          type: 'DeletionRequested',
          data: {
            deletion_id,
            flow_id: 'large',
            timerange_to_delete: '[0:0_501:0)',
            delete_flow: true,
            flow_revision: 0,
            timeline_revision: 0,
          },
        },
        { type: 'FlowDeleted', data: { flow_id: 'large', source_id: 'camera', deletion_id } },
        { type: 'FlowDetached', data: { flow_id: 'large', source_id: 'camera' } },
      ])
      expect(await finish(deletion_id)).toStrictEqual({ deleted: 501, status: 'done' })
    })
    expect(model.timelines.get('small')).toStrictEqual([])
    expect(model.timelines.get('large')).toStrictEqual([])
  })

  it('drains what an older log left of a flow, and draining again does nothing', async () => {
    const model = await withHarness(async ({ putFlow, drain, allocate, register, log, cache }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow(videoFlow('sd', 'camera'))
      const ids = Array.from({ length: 1203 }, (_, index) => `clip ${index}`)
      await allocate('hd', ...ids)
      await register('hd', ...ids.map(segment))
      const context = { commandId: randomUUID(), actor: null, correlationId: 'old', causationId: null }
      const gone = { flow_id: 'hd', source_id: 'camera' }
      await log.append(context, [
        { stream: 'flow-hd', expectedRevision: 'any', events: [{ type: 'FlowDeleted', data: gone }] },
        { stream: 'source-camera', expectedRevision: 'any', events: [{ type: 'FlowDetached', data: gone }] },
      ])
      for (const stream of ['flow-hd', 'source-camera']) cache.forget(stream)
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

describe('deleting several flows as one command', () => {
  const clips = (count: number) => Array.from({ length: count }, (_, index) => `clip ${index}`)

  it('deletes what fits at once, and asks for the rest', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlows, allocate, register, finish }) => {
      for (const id of ['keeper', 'a', 'b', 'c', 'empty']) await putFlow(videoFlow(id, 'camera'))
      await allocate('keeper', ...clips(300))
      await register('keeper', ...clips(300).map(segment))
      for (const id of ['a', 'b', 'c']) await register(id, ...clips(id === 'c' ? 200 : 300).map(segment))

      const outcome = await deleteFlows('a', 'b', 'c', 'empty')

      expect(outcome).toStrictEqual({ deleted: 500, deletion_ids: [expect.any(String)] })
      const [left] = (outcome as { deletion_ids: readonly string[] }).deletion_ids
      expect(await finish(left!)).toStrictEqual({ deleted: 300, status: 'done' })
    })
    expect([...model.flows.keys()]).toStrictEqual(['keeper'])
  })

  it('deletes none of them where one is read-only', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlows, log }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await putFlow({ ...videoFlow('sd', 'camera'), read_only: true })
      const head = await log.head()
      expect(await deleteFlows('hd', 'sd')).toStrictEqual({
        refused: { reason: 'flow_read_only' },
        flow_id: 'sd',
      })
      expect(await log.head()).toBe(head)
    })
    expect([...model.flows.keys()]).toStrictEqual(['hd', 'sd'])
  })
})
