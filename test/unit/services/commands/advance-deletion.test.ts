import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import { streamName } from '../../../../contracts/events/stream-name.ts'
import { ETERNITY, parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { type CommandHarness, KEPT_FOR_SECONDS } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const at = (second: number, object_id = 'clip') => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
  ts_offset: `${second}:0`,
})

/** `hd` with six segments of one second each. */
async function fill({ putFlow, allocate, register }: CommandHarness, ...objects: string[]): Promise<void> {
  await putFlow(videoFlow('hd', 'camera'))
  await allocate('hd', 'clip', 'other')
  await register('hd', ...[0, 1, 2, 3, 4, 5].map((second) => at(second, objects[second % objects.length])))
}

async function asked(
  { requestDeletion }: CommandHarness,
  timerange?: string,
  object_id?: string,
): Promise<string> {
  const outcome = await requestDeletion(
    timerange === undefined
      ? { flow_id: 'hd', delete_flow: true }
      : {
          flow_id: 'hd',
          delete_flow: false,
          range: parseTimeRange(timerange),
          ...(object_id !== undefined && { object_id }),
        },
  )
  if ('refused' in outcome) throw new Error(outcome.refused.reason)
  return outcome.deletion_id
}

const rowOf = async ({ catchUp, catalog }: CommandHarness, id: string) => {
  await catchUp()
  return catalog.reader.deletionRequest(id)
}

/** So that an object stays that is released and used again. */
const GRACEFUL = { graceSeconds: 3600 }

describe('a deletion of segments', () => {
  it('starts, progresses chunk by chunk, and is done', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness)
      const id = await asked(harness, '[0:500000000_6:0)')
      const seen = [await rowOf(harness, id)]
      const steps = []
      for (let step = 0; step < 5; step++) {
        steps.push(await harness.advance(id, 2))
        seen.push(await rowOf(harness, id))
      }

      expect(steps).toStrictEqual([
        { deleted: 0, status: 'open' },
        { deleted: 2, status: 'open' },
        { deleted: 2, status: 'open' },
        { deleted: 1, status: 'done' },
        { deleted: 0, status: 'gone' },
      ])
      expect(seen.map((row) => [row?.status, row?.timerange_remaining])).toStrictEqual([
        ['created', '[0:500000000_6:0)'],
        ['started', '[0:500000000_6:0)'],
        ['started', '[3:0_6:0)'],
        ['started', '[5:0_6:0)'],
        ['done', '()'],
        ['done', '()'],
      ])
      const done = seen.at(-1)!
      expect(done.expiry_ms).toBe(done.updated_ms + KEPT_FOR_SECONDS * 1000)
      expect(seen[3]?.expiry_ms).toBeNull()
    })
    expect(model.timelines.get('hd')?.map(({ timerange }) => timerange)).toStrictEqual(['[0:0_1:0)'])
    expect(model.objects.get('clip')?.references).toBe(1)
  })

  it('spares what is registered after it was asked for, before it and behind it', async () => {
    const model = await withHarness(async (harness) => {
      const { advance, register, finish, deleteSegments } = harness
      await fill(harness)
      const id = await asked(harness, '_')
      await advance(id)
      expect(await advance(id, 2)).toStrictEqual({ deleted: 2, status: 'open' })
      await register('hd', at(1), at(8))
      await deleteSegments('hd', '[4:0_5:0)')
      await register('hd', at(4, 'other'))
      expect(await finish(id, 2)).toStrictEqual({ deleted: 3, status: 'done' })
    })
    expect(model.timelines.get('hd')?.map(({ timerange }) => timerange)).toStrictEqual([
      '[1:0_2:0)',
      '[4:0_5:0)',
      '[8:0_9:0)',
    ])
  })

  it('spares them also where only one object’s segments go', async () => {
    const model = await withHarness(async (harness) => {
      const { register, deleteSegments, finish } = harness
      await fill(harness, 'clip', 'other')
      const id = await asked(harness, '_', 'clip')
      await deleteSegments('hd', '[2:0_3:0)')
      await register('hd', at(2))
      expect(await finish(id)).toStrictEqual({ deleted: 2, status: 'done' })
    })
    expect(model.timelines.get('hd')?.map(({ timerange }) => timerange)).toStrictEqual([
      '[1:0_2:0)',
      '[2:0_3:0)',
      '[3:0_4:0)',
      '[5:0_6:0)',
    ])
  })

  it('touches nothing of a later flow of the same id', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness)
      const id = await asked(harness, '_')
      await harness.deleteFlow('hd')
      await harness.putFlow(videoFlow('hd', 'camera'))
      await harness.allocate('hd', 'another')
      await harness.register('hd', { ...at(0), object_id: 'another' })
      expect(await harness.finish(id)).toStrictEqual({ deleted: 0, status: 'done' })
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
  })

  it('goes on where the flow was made read-only after it was accepted', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness)
      const id = await asked(harness, '_')
      await harness.putFlow(videoFlow('hd', 'camera', { read_only: true }))
      expect(await harness.finish(id, 4)).toStrictEqual({ deleted: 6, status: 'done' })
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it.each(['()', '[50:0_60:0)'])('is done at once where there is nothing in %s', async (timerange) => {
    await withHarness(async (harness) => {
      await fill(harness)
      const id = await asked(harness, timerange)
      expect(await harness.finish(id)).toStrictEqual({ deleted: 0, status: 'done' })
    })
  })

  it('is refused of a flow that is not there, and of a read-only one', async () => {
    await withHarness(async ({ putFlow, requestDeletion }) => {
      const ask = () => requestDeletion({ flow_id: 'hd', delete_flow: false, range: ETERNITY })
      expect(await ask()).toStrictEqual({ refused: { reason: 'flow_not_found' } })
      await putFlow(videoFlow('hd', 'camera', { read_only: true }))
      expect(await ask()).toStrictEqual({ refused: { reason: 'flow_read_only' } })
    })
  })

  it('may be carried out by two at once', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await fill(one)
      const id = await asked(one, '_')
      const [first, second] = await Promise.all([one.finish(id, 1), two.finish(id, 1)])
      expect(first.deleted + second.deleted).toBe(6)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('and registering at the same time end with what was registered', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await fill(one)
      const id = await asked(one, '_')
      const registering = async () => {
        for (let second = 10; second < 20; second++) {
          const outcome = await two.register('hd', at(second))
          expect(outcome).toStrictEqual({ failed: [], registered: 1 })
        }
      }
      await Promise.all([one.finish(id, 1), registering()])
    }, GRACEFUL)
    expect(model.timelines.get('hd')).toHaveLength(10)
    expect(model.objects.get('clip')?.references).toBe(10)
  })
})

describe('a deletion of a flow', () => {
  it('shows what is left, from its first segment to its last', async () => {
    const model = await withHarness(async (harness) => {
      await fill(harness)
      const id = await asked(harness)
      expect(await rowOf(harness, id)).toMatchObject({ timerange_to_delete: '[0:0_6:0)', delete_flow: 1 })
      await harness.advance(id)
      await harness.advance(id, 4)
      expect(await rowOf(harness, id)).toMatchObject({ timerange_remaining: '[4:0_6:0)' })
      expect(await harness.finish(id)).toStrictEqual({ deleted: 2, status: 'done' })
    })
    expect([...model.flows.keys(), ...model.sources.keys()]).toStrictEqual([])
  })

  it('is one of two that were asked for at once', async () => {
    await withTwoHarnesses(async (one, two) => {
      await fill(one)
      const ask = ({ requestDeletion }: CommandHarness) =>
        requestDeletion({ flow_id: 'hd', delete_flow: true })
      const outcomes = await Promise.all([ask(one), ask(two)])
      const ids = outcomes.flatMap((outcome) => ('deletion_id' in outcome ? [outcome.deletion_id] : []))
      expect(ids).toHaveLength(1)
      expect(outcomes).toContainEqual({ refused: { reason: 'flow_not_found' } })
      expect(await two.finish(ids[0]!)).toStrictEqual({ deleted: 6, status: 'done' })
    })
  })

  it('keeps the id from being put until nothing is left', async () => {
    await withTwoHarnesses(async (one, two) => {
      await fill(one)
      const id = await asked(one)
      const put = () => two.putFlow(videoFlow('hd', 'camera'))
      expect(await put()).toStrictEqual({ refused: { reason: 'flow_being_deleted' } })
      await Promise.all([one.finish(id, 1), put()])
      expect([{ created: true }, { created: false }]).toContainEqual(await put())
    })
  })

  it('that failed can be asked for again, by a request or by deleting the flow again', async () => {
    const model = await withHarness(async (harness) => {
      const refused = { refused: { reason: 'flow_not_found' } }
      await fill(harness)
      const first = await asked(harness)
      await harness.advance(first)
      expect(await harness.deleteFlow('hd')).toStrictEqual(refused)
      await harness.fail(first)
      expect(await rowOf(harness, first)).toMatchObject({
        status: 'error',
        error: expect.stringContaining('"type":"test"'),
        expiry_ms: expect.any(Number),
      })
      const second = await asked(harness)
      await harness.fail(second)
      const third = await harness.deleteFlow('hd')
      expect(third).toStrictEqual({ deleted: 0, deletion_id: expect.any(String) })
      const { deletion_id } = third as { deletion_id: string }
      expect(await harness.finish(deletion_id, 4)).toStrictEqual({ deleted: 6, status: 'done' })
      expect(await harness.deleteFlow('hd')).toStrictEqual(refused)
    })
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  describe('of which a log has only the request', () => {
    /** As a log that cannot append to two streams at once may be left. */
    async function requestAlone({ log, catchUp }: CommandHarness): Promise<string> {
      const deletion_id = randomUUID()
      const data = {
        deletion_id,
        flow_id: 'hd',
        timerange_to_delete: '[0:0_6:0)',
        delete_flow: true,
        flow_revision: 0,
        timeline_revision: 0,
      }
      const events: DomainEvent[] = [{ type: 'DeletionRequested', data }]
      const context = { commandId: randomUUID(), actor: null, correlationId: 'cut', causationId: null }
      await log.append(context, [
        { stream: streamName.deletion(deletion_id), expectedRevision: 'none', events },
      ])
      await catchUp()
      return deletion_id
    }

    it('deletes the flow too', async () => {
      const model = await withHarness(async (harness) => {
        await fill(harness)
        const id = await requestAlone(harness)
        await harness.register('hd', at(9))
        expect(await harness.finish(id, 2)).toStrictEqual({ deleted: 7, status: 'done' })
      })
      expect([...model.flows.keys(), ...model.sources.keys()]).toStrictEqual([])
    })

    it('fails, and deletes nothing, where the flow was changed since', async () => {
      const model = await withHarness(async (harness) => {
        await fill(harness)
        const id = await requestAlone(harness)
        await harness.putFlow(videoFlow('hd', 'camera', { label: 'still here' }))
        expect(await harness.finish(id)).toStrictEqual({ deleted: 0, status: 'error' })
        const row = await rowOf(harness, id)
        expect(row?.status).toBe('error')
        expect(JSON.parse(row?.error ?? '')).toStrictEqual({
          type: 'flow_changed',
          summary: expect.any(String),
          time: new Date(row!.updated_ms).toISOString(),
        })
      })
      expect(model.timelines.get('hd')).toHaveLength(6)
    })
  })
})

describe('forgetting deletions', () => {
  it('leaves those that are under way, and those that have not expired', async () => {
    await withHarness(async (harness) => {
      await fill(harness)
      const done = await asked(harness, '[0:0_1:0)')
      await harness.finish(done)
      const failed = await asked(harness, '[1:0_2:0)')
      await harness.fail(failed)
      const open = await asked(harness, '[2:0_3:0)')
      await harness.catchUp()

      expect(await harness.forget(Date.now())).toBe(0)
      expect(await harness.forget(Date.now() + KEPT_FOR_SECONDS * 1000 + 1)).toBe(2)

      const left = [done, failed, open].map((id) => harness.catalog.reader.deletionRequest(id)?.status)
      expect(left).toStrictEqual([undefined, undefined, 'created'])
      expect(await harness.forget(Date.now() * 2)).toBe(0)
    })
  })
})
