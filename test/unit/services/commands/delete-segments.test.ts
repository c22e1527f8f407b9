import { describe, expect, it } from 'vitest'
import { type CommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

/** `hd` with `a` at [0,1), `b` at [1,2), `a` again at [2,3), and the instant `c` at 3. */
const withTimeline = (use: (harness: CommandHarness) => Promise<unknown>) =>
  withHarness(async (harness) => {
    await harness.putFlow(videoFlow('hd', 'camera'))
    await harness.allocate('hd', 'a', 'b', 'c')
    await harness.register(
      'hd',
      { object_id: 'a', timerange: '[0:0_1:0)' },
      { object_id: 'b', timerange: '[1:0_2:0)' },
      { object_id: 'a', timerange: '[2:0_3:0)', ts_offset: '2:0' },
      { object_id: 'c', timerange: '[3:0]' },
    )
    await use(harness)
  })

describe('deleting segments', () => {
  it.each([
    ['_', undefined, []],
    ['()', undefined, ['[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)', '[3:0]']],
    ['[0:0_3:0]', undefined, []],
    ['[0:0_3:0)', undefined, ['[3:0]']],
    ['(0:0_3:0)', undefined, ['[0:0_1:0)', '[3:0]']],
    ['[0:1_2:999999999)', undefined, ['[0:0_1:0)', '[2:0_3:0)', '[3:0]']],
    ['[1:0_', undefined, ['[0:0_1:0)']],
    ['_2:0)', undefined, ['[2:0_3:0)', '[3:0]']],
    ['[0:500000000_1:500000000)', undefined, ['[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)', '[3:0]']],
    ['[3:0]', undefined, ['[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)']],
    ['(3:0_', undefined, ['[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)', '[3:0]']],
    ['_', 'a', ['[1:0_2:0)', '[3:0]']],
    ['[1:0_', 'a', ['[0:0_1:0)', '[1:0_2:0)', '[3:0]']],
    ['[0:0_2:0)', 'b', ['[0:0_1:0)', '[2:0_3:0)', '[3:0]']],
    ['_', 'unknown', ['[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)', '[3:0]']],
  ])('wholly within %s, of %s, leaves %j', async (timerange, object_id, left) => {
    const model = await withTimeline(async ({ deleteSegments }) => {
      const outcome = await deleteSegments('hd', timerange, object_id)
      expect(outcome).toStrictEqual({ deleted: 4 - left.length })
    })
    expect(model.timelines.get('hd')?.map((segment) => segment.timerange)).toStrictEqual(left)
  })

  it('says where the first began and the last ended, never where nothing was', async () => {
    await withTimeline(async ({ deleteSegments, log }) => {
      await deleteSegments('hd', '[0:500000000_100:0)')
      const event = (await wholeLog(log)).find(({ type }) => type === 'SegmentsDeleted')
      expect(event?.data).toStrictEqual({
        flow_id: 'hd',
        timerange: '[1:0_3:0]',
        ranges: ['[1:0_3:0]'],
      })
    })
  })

  it('writes nothing where there is nothing to delete', async () => {
    await withTimeline(async ({ deleteSegments, log }) => {
      const head = await log.head()
      await deleteSegments('hd', '[50:0_')
      expect(await log.head()).toBe(head)
    })
  })

  it('needs the flow', async () => {
    await withTimeline(async ({ deleteSegments }) => {
      expect(await deleteSegments('nothing', '_')).toStrictEqual({ refused: { reason: 'flow_not_found' } })
    })
  })

  it('releases each object as often as it was used', async () => {
    const model = await withTimeline(async ({ deleteSegments, retire }) => {
      await deleteSegments('hd', '[1:0_3:0)')
      expect(await retire('a')).toBe(false)
      await deleteSegments('hd', '_')
    })
    expect([...model.objects.values()].every(({ retired }) => retired)).toBe(true)
    expect([...model.objects.values()].map(({ references }) => references)).toStrictEqual([0, 0, 0])
  })

  it('is a request where there are many, carried out around those of other objects', async () => {
    const model = await withHarness(async ({ putFlow, allocate, register, deleteSegments, finish }) => {
      await putFlow(videoFlow('hd', 'camera'))
      await allocate('hd', 'even', 'odd')
      const segments = Array.from({ length: 2400 }, (_, index) => ({
        object_id: index % 2 === 0 ? 'even' : 'odd',
        timerange: `[${index}:0_${index + 1}:0)`,
        ts_offset: `${index}:0`,
      }))
      await register('hd', ...segments)
      const outcome = await deleteSegments('hd', '[1:0_2399:0)', 'even')
      expect(outcome).toStrictEqual({ deletion_id: expect.any(String) })
      const { deletion_id } = outcome as { deletion_id: string }
      expect(await finish(deletion_id)).toStrictEqual({ deleted: 1199, status: 'done' })
    })
    expect(model.timelines.get('hd')).toHaveLength(1201)
    expect(model.objects.get('even')?.references).toBe(1)
    expect(model.objects.get('odd')?.references).toBe(1200)
  })
})
