import { describe, expect, it } from 'vitest'
import { createLogger } from '../../../../services/observability/logger.ts'
import { startExpiring, startRetiring } from '../../../../services/retiring/start-retiring.ts'
import { wholeLog } from '../../../support/command-harness.ts'
import { fakeClock } from '../../../support/fake-clock.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const logger = createLogger('silent')
const GRACE_MS = 60_000
const segment = (object_id: string, second: number) => ({
  object_id,
  timerange: `[${second}:0_${second + 1}:0)`,
  ts_offset: `${second}:0`,
})

describe('an object that a deletion of segments has left without a reference', () => {
  it('is retired when the grace is over, unless it is used again', async () => {
    await withHarness(
      async (harness) => {
        const { putFlow, allocate, register, deleteSegments, log, services } = harness
        const retired = async () =>
          (await wholeLog(log)).filter(({ type }) => type === 'ObjectRetired').map(({ stream }) => stream)
        await putFlow(videoFlow('hd', 'camera'))
        await allocate('hd', 'gone', 'used again', 'released again')
        await register('hd', segment('gone', 0), segment('used again', 1), segment('released again', 2))
        await deleteSegments('hd', '_')
        await register('hd', segment('used again', 5))
        const clock = fakeClock(Date.now())
        const running = await startRetiring(log, services, logger, clock)
        await expect.poll(clock.isWaiting).toBe(true)
        expect(await retired()).toStrictEqual([])

        await register('hd', segment('released again', 9))
        await deleteSegments('hd', '[9:0_10:0)')
        const released = (await wholeLog(log)).at(-1)!.timeMs
        clock.moveTo(released + GRACE_MS - 1)
        await expect.poll(retired).toStrictEqual(['object-gone'])
        clock.moveTo(released + GRACE_MS)
        await expect.poll(retired).toStrictEqual(['object-gone', 'object-released again'])
        await running.stop()
      },
      { graceSeconds: GRACE_MS / 1000 },
    )
  })

  it('is retired at the next start where an older release left it', async () => {
    await withHarness(
      async (harness) => {
        const { putFlow, allocate, register, deleteSegments, log, services } = harness
        await putFlow(videoFlow('hd', 'camera'))
        await allocate('hd', 'left', 'kept')
        await register('hd', segment('left', 0), segment('kept', 1), segment('kept', 2))
        await deleteSegments('hd', '[0:0_2:0)')
        const running = await startRetiring(log, { ...services, mediaDeleteGraceSeconds: 0 }, logger)
        await expect
          .poll(async () => (await wholeLog(log)).at(-1))
          .toMatchObject({
            type: 'ObjectRetired',
            data: { object_id: 'left' },
          })
        await running.stop()
      },
      { graceSeconds: 60 },
    )
  })
})

describe('an object whose id has been made known again', () => {
  it('is not retired for what was released in its life before', async () => {
    const get_urls = [{ label: 'web', url: 'https://a/' }]
    const model = await withHarness(async (harness) => {
      const { putFlow, allocate, register, registerObject, deleteSegments, setGrace, log, services } = harness
      await putFlow(videoFlow('hd', 'camera'))
      await register('hd', { object_id: 'far', timerange: '[0:0_1:0)', get_urls })
      await deleteSegments('hd', '_')
      expect(await registerObject({ id: 'far', role: 'media', timerange: '[0:0_9:0)', get_urls })).toEqual({
        registered: true,
      })
      await allocate('hd', 'left')
      await register('hd', segment('left', 0))
      setGrace(60)
      await deleteSegments('hd', '_')
      const running = await startRetiring(log, { ...services, mediaDeleteGraceSeconds: 0 }, logger)
      // Released after the other, and so decided after it.
      await expect
        .poll(async () => (await wholeLog(log)).at(-1))
        .toMatchObject({ type: 'ObjectRetired', data: { object_id: 'left' } })
      await running.stop()
    })
    expect(model.objects.get('far')).toMatchObject({ retired: false })
  })
})

describe('an object that was allocated', () => {
  it('is retired when its time and the grace are over, unless a segment has used it', async () => {
    const model = await withHarness(
      async (harness) => {
        const { putFlow, allocate, register, log, services } = harness
        const retired = async () =>
          (await wholeLog(log)).filter(({ type }) => type === 'ObjectRetired').map(({ stream }) => stream)
        await putFlow(videoFlow('hd', 'camera'))
        await allocate('hd', 'unused', 'used', 'used later')
        await register('hd', segment('used', 0))
        const clock = fakeClock(Date.now())
        const running = await startExpiring(log, services, 300, logger, clock)
        await expect.poll(clock.isWaiting).toBe(true)
        expect(await retired()).toStrictEqual([])
        await register('hd', segment('used later', 1))
        clock.moveTo(Date.now() + (300 + 60 + 60) * 1000)
        await expect.poll(retired).toStrictEqual(['object-unused'])
        await running.stop()
      },
      { graceSeconds: 60 },
    )
    expect(model.objects.get('used later')).toMatchObject({ retired: false, references: 1 })
  })
})
