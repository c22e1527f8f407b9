import { describe, expect, it } from 'vitest'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import {
  audioFlow,
  audioProfile,
  multiFlow,
  videoFlow,
  videoProfile,
} from '../../../support/flow-metadata.ts'
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
    await withHarness(async ({ putFlow, requestDeletion, finish, allocate, register }) => {
      await putFlow(hd)
      await allocate('hd', 'clip')
      await register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
      const asked = await requestDeletion({ flow_id: 'hd', delete_flow: true })
      if ('refused' in asked) throw new Error('it can be deleted')
      expect(await putFlow(hd)).toStrictEqual({ refused: { reason: 'flow_being_deleted' } })
      await finish(asked.deletion_id)
      expect(await putFlow(hd)).toStrictEqual({ created: true })
    })
  })
})

describe('putting a flow of a profile', () => {
  const asked = { id: 'hd', source_id: 'camera', profile_id: 'house', label: 'HD' }

  it('keeps what the profile says with what the client says', async () => {
    const model = await withHarness(async ({ createProfile, putFlow, catchUp, catalog }) => {
      await createProfile(videoProfile('house', { label: 'House', tags: { of: 'the profile' } }))
      expect(await putFlow(asked)).toStrictEqual({ created: true })
      await catchUp()
      const shown = JSON.parse(catalog.reader.flow('hd')?.document ?? '{}')
      expect(shown).toMatchObject({ profile_id: 'house', codec: 'video/h264' })
    })
    expect(model.flows.get('hd')?.flow).toStrictEqual(
      videoFlow('hd', 'camera', { profile_id: 'house', label: 'HD' }),
    )
  })

  it('writes nothing where it says nothing new', async () => {
    await withHarness(async ({ createProfile, putFlow, log }) => {
      await createProfile(videoProfile('house'))
      await putFlow(asked)
      const head = await log.head()
      expect(await putFlow({ ...asked })).toStrictEqual({ created: false })
      expect(await log.head()).toBe(head)
    })
  })

  it('is refused for a profile that is not there, and leaves no trace', async () => {
    await withHarness(async ({ putFlow, log }) => {
      expect(await putFlow(asked)).toStrictEqual({
        refused: { reason: 'profile_not_found', profile_id: 'house' },
      })
      expect(await log.head()).toBe(0)
    })
  })

  it('is refused where the profile is of another format than the flow or its source', async () => {
    await withHarness(async ({ createProfile, putFlow }) => {
      await createProfile(audioProfile('speech'))
      await putFlow(hd)
      expect(await putFlow({ ...asked, profile_id: 'speech' })).toStrictEqual({
        refused: { reason: 'flow_format_fixed', format: VIDEO },
      })
      expect(await putFlow({ id: 'sound', source_id: 'camera', profile_id: 'speech' })).toStrictEqual({
        refused: { reason: 'source_format_differs', source_id: 'camera', format: VIDEO },
      })
    })
  })

  it('takes a flow that is there onto the profile, and an inline one off it', async () => {
    const model = await withHarness(async ({ createProfile, putFlow, catchUp, catalog }) => {
      const profileOfFlow = async () => {
        await catchUp()
        const row = catalog.reader.flow('hd')
        return (JSON.parse(row?.document ?? '{}') as { profile_id?: string }).profile_id
      }
      await createProfile(videoProfile('house'))
      await putFlow(hd)
      await putFlow(asked)
      expect(await profileOfFlow()).toBe('house')
      await putFlow(hd)
      expect(await profileOfFlow()).toBeUndefined()
    })
    expect(model.flows.get('hd')?.flow).toStrictEqual(hd)
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

describe('creating a flow', () => {
  it('needs an id that no flow has', async () => {
    const model = await withHarness(async ({ createFlow, deleteFlow }) => {
      expect(await createFlow(videoFlow('hd', 'camera'))).toStrictEqual({ created: true })
      expect(await createFlow(videoFlow('hd', 'camera', { label: 'again' }))).toStrictEqual({
        refused: { reason: 'flow_exists' },
      })
      await deleteFlow('hd')
      expect(await createFlow(videoFlow('hd', 'camera', { label: 'anew' }))).toStrictEqual({ created: true })
    })
    expect(model.flows.get('hd')?.flow.label).toBe('anew')
  })
})
