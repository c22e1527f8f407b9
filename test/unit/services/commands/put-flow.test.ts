import { describe, expect, it } from 'vitest'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import { audioFlow, multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const hd = videoFlow('hd', 'camera', { label: 'HD', description: 'Main', tags: { site: 'a' } })

describe('putting a flow', () => {
  it('makes its source, described as it is', async () => {
    const model = await withHarness(async ({ putFlow }) => {
      expect(await putFlow(hd)).toStrictEqual({ created: true })
    })
    expect(model.sources.get('camera')?.source).toStrictEqual({
      id: 'camera',
      format: VIDEO,
      label: 'HD',
      description: 'Main',
      tags: { site: 'a' },
    })
    expect(model.flows.get('hd')?.flow).toStrictEqual(hd)
  })

  it('leaves a source that is there as it is', async () => {
    const model = await withHarness(async ({ putFlow }) => {
      await putFlow(hd)
      await putFlow(videoFlow('sd', 'camera', { label: 'SD' }))
    })
    expect(model.sources.get('camera')?.source.label).toBe('HD')
    expect(model.sources.get('camera')?.flowIds).toStrictEqual(new Set(['hd', 'sd']))
  })

  it('writes nothing where it says nothing new', async () => {
    await withHarness(async ({ putFlow, log }) => {
      await putFlow(hd)
      const head = await log.head()
      expect(await putFlow({ ...hd })).toStrictEqual({ created: false })
      expect(await log.head()).toBe(head)
    })
  })

  it('moves the flow to another source, with which the old one goes if it has no other', async () => {
    const model = await withHarness(async ({ putFlow }) => {
      await putFlow(hd)
      expect(await putFlow({ ...hd, source_id: 'other camera' })).toStrictEqual({ created: false })
    })
    expect([...model.sources.keys()]).toStrictEqual(['other camera'])
  })

  it('is refused for a source of another format, and leaves no trace', async () => {
    const model = await withHarness(async ({ putFlow, log }) => {
      await putFlow(hd)
      const head = await log.head()
      expect(await putFlow(audioFlow('sound', 'camera'))).toStrictEqual({
        refused: { reason: 'source_format_differs', source_id: 'camera', format: VIDEO },
      })
      expect(await log.head()).toBe(head)
    })
    expect([...model.flows.keys()]).toStrictEqual(['hd'])
  })

  it('may bring its source back in another format', async () => {
    const model = await withHarness(async ({ putFlow, deleteFlow }) => {
      await putFlow(hd)
      await deleteFlow('hd')
      expect(await putFlow(audioFlow('sound', 'camera'))).toStrictEqual({ created: true })
    })
    expect(model.sources.get('camera')?.source.format).toBe(AUDIO)
  })

  it('needs the flows it collects, all of them', async () => {
    await withHarness(async ({ putFlow, deleteFlow }) => {
      await putFlow(hd)
      await putFlow(audioFlow('sound', 'microphone'))
      await deleteFlow('sound')
      const flow_collection = [{ id: 'hd' }, { id: 'sound' }, { id: 'nothing' }]
      expect(await putFlow(multiFlow('programme', 'show', { flow_collection }))).toStrictEqual({
        refused: { reason: 'collected_flow_missing', flow_ids: ['sound', 'nothing'] },
      })
    })
  })

  it('collects a flow again that was gone, in the log and in the catalog', async () => {
    await withHarness(async ({ putFlow, deleteFlow, catchUp, catalog }) => {
      const programme = multiFlow('programme', 'show', { flow_collection: [{ id: 'hd', role: 'video' }] })
      await putFlow(hd)
      await putFlow(programme)
      await deleteFlow('hd')
      await catchUp()
      expect(catalog.reader.members('programme')).toStrictEqual([])
      await putFlow(hd)
      await putFlow(programme)
      await catchUp()
      expect(catalog.reader.members('programme')).toStrictEqual(['{"id":"hd","role":"video"}'])
      expect(catalog.reader.collectedBy('hd')).toStrictEqual(['programme'])
    })
  })

  it('waits for an earlier flow of the same id to be gone with all its segments', async () => {
    await withHarness(async ({ putFlow, deleteFlow, drain, allocate, register }) => {
      await putFlow(hd)
      await allocate('hd', 'clip')
      await register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
      await deleteFlow('hd')
      expect(await putFlow(hd)).toStrictEqual({ refused: { reason: 'flow_being_deleted' } })
      await drain('hd')
      expect(await putFlow(hd)).toStrictEqual({ created: true })
    })
  })
})

describe('a read-only flow', () => {
  it('takes nothing at all', async () => {
    await withHarness(async ({ putFlow, deleteFlow, allocate, register, deleteSegments }) => {
      await putFlow({ ...hd, read_only: true })
      const refused = { refused: { reason: 'flow_read_only' } }
      expect(await putFlow(hd)).toStrictEqual(refused)
      expect(await deleteFlow('hd')).toStrictEqual(refused)
      expect(await allocate('hd', 'clip')).toStrictEqual(refused)
      expect(await register('hd', { object_id: 'clip', timerange: '[0:0]' })).toStrictEqual(refused)
      expect(await deleteSegments('hd', '_')).toStrictEqual(refused)
    })
  })
})
