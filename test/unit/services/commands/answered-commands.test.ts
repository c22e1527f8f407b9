import { describe, expect, it } from 'vitest'
import type { FlowSegmentPost } from '../../../../contracts/resources/flow-segment.ts'
import { KeyReused } from '../../../../services/commands/answered-commands.ts'
import { commandKey } from '../../../../services/commands/command-key.ts'
import { keyedContext } from '../../../../services/commands/event-context.ts'
import { registerSegments } from '../../../../services/commands/register-segments.ts'
import { updateService } from '../../../../services/commands/update-service.ts'
import { type CommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness, withTwoHarnesses } from '../../../support/with-harness.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const clip: FlowSegmentPost = { object_id: 'clip', timerange: '[0:0_1:0)' }
const far: FlowSegmentPost = { object_id: 'unknown', timerange: '[5:0_6:0)', init_object_id: 'clip' }

const withClip = async ({ putFlow, allocate }: CommandHarness) => {
  await putFlow(videoFlow('hd', 'camera'))
  await allocate('hd', 'clip', 'next')
}

/** A command of a moment. */
const registerAt = (harness: CommandHarness, nowMs: number, segment = clip) => {
  const command = { channel: 'test', actor: null, key: 'k', request: ['hd'], days: 1, nowMs }
  return registerSegments(harness.services, keyedContext(commandKey(command), 'r', null), 'hd', [segment])
}

const added = async ({ log }: CommandHarness) =>
  (await wholeLog(log)).filter(({ type }) => type === 'SegmentsAdded').length

describe('a command with a key', () => {
  it('is carried out once, and is answered the same, from the same position, by every process', () =>
    withTwoHarnesses(async (one, two) => {
      await withClip(one)
      const first = await one.registerByKey('k', 'hd', clip, far)
      const head = await one.log.head()
      expect(first).toMatchObject({ isRepeat: false, position: head, outcome: { registered: 1 } })
      const again = [
        await one.registerByKey('k', 'hd', clip, far),
        await two.registerByKey('k', 'hd', clip, far),
      ]
      for (const result of again) expect(result).toStrictEqual({ ...first, isRepeat: true })
      expect(await one.log.head()).toBe(head)
    }))

  it('is carried out once by any number at once, in several processes', () =>
    withTwoHarnesses(async (one, two) => {
      await withClip(one)
      const all = await Promise.all(
        Array.from({ length: 40 }, (_, index) => (index % 2 ? one : two).registerByKey('k', 'hd', clip)),
      )
      expect(all.filter(({ isRepeat }) => !isRepeat).length).toBe(1)
      expect(new Set(all.map(({ position }) => position)).size).toBe(1)
      expect(await added(one)).toBe(1)
    }))

  it('is answered as it was, whatever has happened since', () =>
    withHarness(async (harness) => {
      await withClip(harness)
      const first = await harness.registerByKey('k', 'hd', clip)
      await harness.deleteFlow('hd')
      expect(await harness.registerByKey('k', 'hd', clip)).toStrictEqual({ ...first, isRepeat: true })
    }))

  it('is refused as it was: what it was told once stands', () =>
    withHarness(async (harness) => {
      const first = await harness.registerByKey('k', 'hd', clip)
      expect(first.outcome).toStrictEqual({ refused: { reason: 'flow_not_found' } })
      await withClip(harness)
      expect(await harness.registerByKey('k', 'hd', clip)).toStrictEqual({ ...first, isRepeat: true })
      expect((await harness.registerByKey('l', 'hd', clip)).outcome).toStrictEqual({
        failed: [],
        registered: 1,
      })
    }))

  it('is answered also where it changed nothing, or has nothing to say', () =>
    withHarness(async (harness) => {
      await withClip(harness)
      await harness.register('hd', clip)
      const first = await harness.registerByKey('k', 'hd', clip)
      expect(first).toMatchObject({ outcome: { failed: [], registered: 1 }, isRepeat: false })
      await harness.deleteSegments('hd', '_')
      expect(await harness.registerByKey('k', 'hd', clip)).toStrictEqual({ ...first, isRepeat: true })

      const key = commandKey({ channel: 'test', actor: null, key: 's', request: [], days: 1, nowMs: 0 })
      const update = () => updateService(harness.services, keyedContext(key, 'r', null), { name: 'x' })
      const updated = await update()
      expect(await update()).toStrictEqual({ ...updated, outcome: undefined, isRepeat: true })
    }))

  it('is another command where the request is another, and that is refused', () =>
    withHarness(async (harness) => {
      await withClip(harness)
      await harness.registerByKey('k', 'hd', clip)
      const other = harness.registerByKey('k', 'hd', { object_id: 'next', timerange: '[1:0_2:0)' })
      await expect(other).rejects.toThrow(KeyReused)
      expect(await added(harness)).toBe(1)
    }))

  it('is known for a day at least, over the turn of a period, and forgotten after two', () =>
    withHarness(async (harness) => {
      await withClip(harness)
      const late = 10 * DAY_MS - 1
      const first = await registerAt(harness, late)
      expect(await registerAt(harness, late + DAY_MS)).toStrictEqual({ ...first, isRepeat: true })
      // A process whose clock is behind finds it too.
      expect(await registerAt(harness, late - DAY_MS)).toStrictEqual({ ...first, isRepeat: true })
      expect((await registerAt(harness, late + 2 * DAY_MS)).isRepeat).toBe(false)
    }))

  it('is one also where its twin comes at the same time, in the next period', () =>
    withTwoHarnesses(async (one, two) => {
      await withClip(one)
      const turn = 10 * DAY_MS
      const [before, after] = await Promise.all([registerAt(one, turn - 1), registerAt(two, turn)])
      expect([before?.isRepeat, after?.isRepeat].sort()).toEqual([false, true])
      expect(before?.position).toBe(after?.position)
    }))
})
