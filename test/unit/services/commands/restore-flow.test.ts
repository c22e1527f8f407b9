import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AUDIO, VIDEO } from '../../../../contracts/resources/content-format.ts'
import { type CommandHarness, openCommandHarness, soundModelOf } from '../../../support/command-harness.ts'
import { dumpCatalog } from '../../../support/dump-catalog.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { randomCommands, randomReturns } from '../../../support/random-commands.ts'
import { FLOWS } from '../../../support/random-names.ts'
import { withFolder } from '../../../support/running-service.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const segment = (object_id: string, second: number) => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
})

/** A flow `hd` of `camera` with these segments; from now on, what is deleted can be had back. */
async function fill({ putFlow, allocate, register, setGrace }: CommandHarness, count = 1) {
  await putFlow(videoFlow('hd', 'camera'))
  const clips = Array.from({ length: count }, (_, index) => `clip ${index}`)
  await allocate('hd', ...clips)
  await register('hd', ...clips.map(segment))
  setGrace(60)
}

async function deleteHeld({ deleteFlow }: CommandHarness, id = 'hd'): Promise<string> {
  const outcome = await deleteFlow(id)
  if (!('deletion_id' in outcome)) throw new Error('it went for good')
  return outcome.deletion_id!
}

/** All that reads tell, but for deletion requests. */
async function told(harness: CommandHarness, folder: string) {
  await harness.catchUp()
  const { deletion_requests: _, meta: __, ...tables } = dumpCatalog(join(folder, 'catalog.db'))
  return tables
}

const gone = { refused: { reason: 'flow_gone' } }

describe('restoring a flow', () => {
  it('makes everything as it was before the deletion, whatever it was', async () => {
    const commands = fc.oneof(randomCommands(40), randomReturns(40))
    await fc.assert(
      fc.asyncProperty(commands, (sequence) =>
        withFolder(async (folder) => {
          const harness = await openCommandHarness(folder)
          for (const command of sequence) await command(harness)
          harness.setGrace(60)
          const before = await told(harness, folder)
          const deleted: string[] = []
          // Of one that is gone, a deletion that was given up is only taken up again: that is for good.
          const live = FLOWS.filter((id) => harness.catalog.reader.flow(id))
          for (const id of live) if ('deletion_id' in (await harness.deleteFlow(id))) deleted.push(id)
          for (const id of deleted) expect(await harness.restore(id)).toStrictEqual({ restored: true })
          expect(await told(harness, folder)).toStrictEqual(before)
          await soundModelOf(harness.log)
          await harness.close()
        }),
      ),
      { numRuns: 15, endOnFailure: true },
    )
  })

  it('is one append of a few events, however many segments it has', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness, 700)
      const deletion_id = await deleteHeld(harness)
      const before = await harness.log.head()
      expect(await harness.restore('hd')).toStrictEqual({ restored: true })
      const events = await harness.log.readAll(before, 100)
      expect(events.map(({ type }) => type)).toStrictEqual([
        'SourceRestored',
        'FlowAttached',
        'FlowRestored',
        'DeletionCancelled',
      ])
      expect(new Set(events.map(({ correlationId }) => correlationId)).size).toBe(1)
      expect(await harness.finish(deletion_id)).toStrictEqual({ deleted: 0, status: 'gone' })
    })
    expect(model.timelines.get('hd')).toHaveLength(700)
    expect(model.objects.get('clip 0')?.references).toBe(1)
  })

  it.each([
    ['never was', async (_: CommandHarness) => {}, { refused: { reason: 'flow_not_found' } }],
    ['is there', (harness: CommandHarness) => fill(harness), { refused: { reason: 'flow_not_deleted' } }],
    [
      'went with its segments',
      async (harness: CommandHarness) => {
        await fill(harness)
        harness.setGrace(0)
        await harness.deleteFlow('hd')
      },
      gone,
    ],
    [
      'is being deleted',
      async (harness: CommandHarness) => {
        await fill(harness, 3)
        await harness.advance(await deleteHeld(harness))
      },
      gone,
    ],
    [
      'was not to be held back',
      async (harness: CommandHarness) => {
        await fill(harness)
        await harness.requestDeletion({ flow_id: 'hd', delete_flow: true, held: false })
      },
      gone,
    ],
    [
      'is held back no longer',
      async (harness: CommandHarness) => {
        await fill(harness)
        await deleteHeld(harness)
        await harness.requestDeletion({ flow_id: 'hd', delete_flow: true, held: false })
      },
      gone,
    ],
    [
      'was deleted, and its deletion given up',
      async (harness: CommandHarness) => {
        await fill(harness)
        await harness.fail(await deleteHeld(harness))
      },
      gone,
    ],
  ])('is refused where it %s', async (_, happen, refused) => {
    await withHarness(async (harness) => {
      await happen(harness)
      expect(await harness.restore('hd')).toStrictEqual(refused)
    })
  })

  it('is refused where its source has become one of another format', async () => {
    await withHarness(async (harness) => {
      await fill(harness)
      await deleteHeld(harness)
      await harness.putSource({ id: 'camera', format: AUDIO })
      const refused = { reason: 'source_format_differs', source_id: 'camera', format: AUDIO }
      expect(await harness.restore('hd')).toStrictEqual({ refused })
      await harness.deleteSource('camera')
      expect(await harness.restore('hd')).toStrictEqual({ restored: true })
      expect(harness.catalog.reader.source('camera')?.document).toBeUndefined()
      await harness.catchUp()
      expect(JSON.parse(harness.catalog.reader.source('camera')!.document)).toMatchObject({ format: VIDEO })
    })
  })

  it('leaves what others changed meanwhile', async () => {
    const model = await withHarness(async (harness) => {
      const { putFlow, changeFlow, changeSource, deleteFlow, finish, restore } = harness
      await fill(harness)
      for (const id of ['sd', 'sound', 'talk']) await putFlow(videoFlow(id, 'camera'))
      const items = ['sd', 'sound', 'talk'].map((id) => ({ id }))
      await changeFlow('hd', { property: 'flow_collection', value: items })
      for (const id of ['all', 'some', 'none']) {
        await putFlow(multiFlow(id, 'show', { flow_collection: [{ id: 'sd' }, { id: 'hd', role: id }] }))
      }
      await deleteHeld(harness)
      await deleteFlow('talk')
      await finish(await deleteHeld(harness, 'sound'))
      await putFlow(videoFlow('sound', 'camera'))
      await changeSource('camera', { property: 'label', value: 'meanwhile' })
      await changeFlow('none', { property: 'flow_collection', value: [{ id: 'sd' }] })
      await deleteFlow('some')
      await restore('hd')
    })
    expect(model.flows.get('hd')?.members).toStrictEqual([{ id: 'sd' }])
    expect(model.flows.get('all')?.members).toStrictEqual([{ id: 'sd' }, { id: 'hd', role: 'all' }])
    expect(model.flows.get('none')?.members).toStrictEqual([{ id: 'sd' }])
    expect(model.sources.get('camera')?.source.label).toBe('meanwhile')
  })

  it('brings back a source that was edited, deleted and is kept for its own sake, as it was last', async () => {
    const model = await withHarness(async (harness) => {
      await harness.createSource({ id: 'camera', format: VIDEO, label: 'first', created_by: 'ada' })
      await fill(harness)
      await deleteHeld(harness)
      await harness.changeSource('camera', { property: 'label', value: 'second' })
      await harness.deleteSource('camera')
      await harness.restore('hd')
    })
    const { source, isKept, flowIds, created_by } = model.sources.get('camera')!
    expect({ source, isKept, flowIds, created_by }).toStrictEqual({
      source: { id: 'camera', format: VIDEO, label: 'second', created_by: 'ada' },
      isKept: true,
      flowIds: new Set(['hd']),
      created_by: 'ada',
    })
  })

  it('brings back the flows of a source that was deleted with them, one by one', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness)
      await harness.putFlow(videoFlow('sd', 'camera'))
      const outcome = await harness.deleteSource('camera', true)
      expect(outcome).toMatchObject({ deletion_ids: [expect.any(String), expect.any(String)] })
      await harness.restore('sd')
      await harness.restore('hd')
    })
    expect([...model.sources.get('camera')!.flowIds]).toStrictEqual(['sd', 'hd'])
    expect(model.timelines.get('hd')).toHaveLength(1)
  })
})

describe('the id of a flow that can be had back', () => {
  it.each([0, 1])('is not free, with %i segments, until they are gone or it is let go', async (count) => {
    await withHarness(async (harness) => {
      const { putFlow, createFlow, requestDeletion, finish } = harness
      await fill(harness, count)
      const deletion_id = await deleteHeld(harness)
      await harness.catchUp()
      const { due_ms } = harness.catalog.reader.deletionRequest(deletion_id)!
      const held = { refused: { reason: 'flow_being_deleted', held_until_ms: due_ms } }
      const flow = videoFlow('hd', 'camera')
      expect(await putFlow(flow)).toStrictEqual(held)
      expect(await createFlow(flow)).toStrictEqual(held)
      expect(await harness.deleteFlow('hd')).toStrictEqual({ refused: { reason: 'flow_not_found' } })
      expect(await requestDeletion({ flow_id: 'hd', delete_flow: true })).toStrictEqual({
        refused: { reason: 'flow_not_found' },
      })

      await requestDeletion({ flow_id: 'hd', delete_flow: true, held: false })
      expect(await putFlow(flow)).toStrictEqual({ refused: { reason: 'flow_being_deleted' } })
      expect(await finish(deletion_id)).toStrictEqual({ deleted: count, status: 'done' })
      expect(await putFlow(flow)).toStrictEqual({ created: true })
    })
  })
})

describe('a flow that is restored while its deletion begins', () => {
  it('is there or goes, and nothing of it is lost where it is there', async () => {
    for (let round = 0; round < 8; round++) {
      let restored = false
      const model = await withTwoHarnesses(async (one, two) => {
        await fill(one, 5)
        const deletion_id = await deleteHeld(one)
        await two.catchUp()
        const [outcome] = await Promise.all([one.restore('hd'), two.finish(deletion_id, 2)])
        restored = 'restored' in outcome
        if (!restored) expect(outcome).toStrictEqual(gone)
      })
      expect(model.flows.has('hd')).toBe(restored)
      expect(model.timelines.get('hd')).toHaveLength(restored ? 5 : 0)
    }
  })
})
