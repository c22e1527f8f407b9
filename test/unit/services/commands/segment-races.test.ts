import { describe, expect, it } from 'vitest'
import type { CommandHarness } from '../../../support/command-harness.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { withTwoHarnesses } from '../../../support/with-harness.ts'

/**
 * Two processes on one log, each with its own cache. Every test ends with a check of the whole log
 * (test/support/log-model), so what is expected here is only which outcomes there may be.
 */
const ROUNDS = 12
const rounds = Array.from({ length: ROUNDS }, (_, round) => round)
const url = 'https://cdn.example/clip.mp4'

const counting = (outcomes: readonly unknown[], wanted: unknown): number =>
  outcomes.filter((outcome) => JSON.stringify(outcome) === JSON.stringify(wanted)).length

/** So that what is released stays until it is retired. */
const graceful = { graceSeconds: 3600 }

describe('using and retiring the same object', () => {
  const freeObject = async ({ putFlow, allocate, register, deleteSegments }: CommandHarness) => {
    await putFlow(videoFlow('hd', 'camera'))
    await allocate('hd', 'clip')
    await register('hd', { object_id: 'clip', timerange: '[0:0_1:0)' })
    await deleteSegments('hd', '_')
  }
  const clip = { object_id: 'clip', timerange: '[0:0_1:0)' }

  it('lets nothing use it once it is retired, though the other has not heard of that', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await freeObject(one)
      // What `two` remembers from here on is out of date.
      await two.register('hd', { object_id: 'clip', timerange: '[5:0_6:0)', ts_offset: '5:0' })
      await two.deleteSegments('hd', '_')
      expect(await one.retire('clip')).toBe(true)
      expect(await two.register('hd', clip)).toMatchObject({
        failed: [{ rejection: { reason: 'object_retired', object_id: 'clip' } }],
      })
    }, graceful)
    expect(model.timelines.get('hd')).toStrictEqual([])
  })

  it('keeps it once it is used, though the other has not heard of that', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await freeObject(one)
      await two.register('hd', clip)
      expect(await one.retire('clip')).toBe(false)
    }, graceful)
    expect(model.objects.get('clip')).toMatchObject({ retired: false, references: 1 })
  })

  it('keeps what is registered elsewhere while its last reference goes, or refuses it', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.putFlow(videoFlow('copy', 'camera'))
      for (const round of rounds) {
        const segment = { object_id: `clip ${round}`, timerange: `[${round}:0_${round + 1}:0)` }
        await one.allocate('hd', segment.object_id)
        await one.register('hd', segment)
        const [user, cleaner] = round % 2 === 0 ? [one, two] : [two, one]
        const [used] = await Promise.all([
          user.register('copy', segment),
          cleaner.deleteSegments('hd', segment.timerange),
        ])
        if ('failed' in used && used.registered === 0) {
          expect(used.failed).toMatchObject([{ rejection: { reason: 'object_retired' } }])
        }
        const registered = 'registered' in used && used.registered === 1
        const last = (await one.log.readStream(`object-${segment.object_id}`, 0, 20)).at(-1)
        expect(last?.type).toBe(registered ? 'ObjectDereferenced' : 'ObjectRetired')
      }
    })
    const kept = [...model.objects.values()].filter(({ retired }) => !retired)
    expect(kept).toHaveLength(model.timelines.get('copy')?.length ?? 0)
  })

  it('lets only one of both happen when they come at once', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      for (const round of rounds) {
        const segment = { object_id: `clip ${round}`, timerange: `[${round}:0_${round + 1}:0)` }
        await one.allocate('hd', segment.object_id)
        const [user, cleaner] = round % 2 === 0 ? [one, two] : [two, one]
        const [outcome, retired] = await Promise.all([
          user.register('hd', segment),
          cleaner.retire(segment.object_id),
        ])
        expect(outcome).toMatchObject({ registered: retired ? 0 : 1 })
      }
    })
  })
})

describe('the first use of an object by two flows', () => {
  it('is one flow’s, and the other’s has to agree with it', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await two.putFlow(videoFlow('sd', 'camera'))
      for (const round of rounds) {
        const object_id = `clip ${round}`
        const get_urls = [{ label: 'web', url }]
        const at = (key_frame_count: number) => ({
          object_id,
          timerange: `[${round}:0_${round + 1}:0)`,
          key_frame_count,
          get_urls,
        })
        const outcomes = await Promise.all([one.register('hd', at(1)), two.register('sd', at(2))])
        expect(counting(outcomes, { failed: [], registered: 1 })).toBe(1)
        expect(JSON.stringify(outcomes)).toContain('object_key_frame_count_differs')
      }
    })
    expect(model.objects.size).toBe(ROUNDS)
  })

  it('counts both where they agree', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await two.putFlow(videoFlow('sd', 'camera'))
      for (const round of rounds) {
        const segment = {
          object_id: `clip ${round}`,
          timerange: `[${round}:0_${round + 1}:0)`,
          get_urls: [{ label: 'web', url }],
        }
        const outcomes = await Promise.all([one.register('hd', segment), two.register('sd', segment)])
        expect(counting(outcomes, { failed: [], registered: 1 })).toBe(2)
      }
    })
    expect([...model.objects.values()].map(({ references }) => references)).toStrictEqual(rounds.map(() => 2))
  })
})

describe('two writers on one timeline', () => {
  it('never overlap', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', ...rounds.flatMap((round) => [`one ${round}`, `two ${round}`]))
      for (const round of rounds) {
        const outcomes = await Promise.all([
          one.register('hd', { object_id: `one ${round}`, timerange: `[${round}:0_${round}:600000000)` }),
          two.register('hd', { object_id: `two ${round}`, timerange: `[${round}:500000000_${round + 1}:0)` }),
        ])
        expect(counting(outcomes, { failed: [], registered: 1 })).toBe(1)
        expect(JSON.stringify(outcomes)).toContain('segment_overlaps')
      }
    })
    expect(model.timelines.get('hd')).toHaveLength(ROUNDS)
  })

  it('both succeed, however many at a time, where they leave each other room', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      const ids = Array.from({ length: 40 }, (_, index) => `clip ${index}`)
      await one.allocate('hd', ...ids)
      const outcomes = await Promise.all(
        ids.map((object_id, index) =>
          (index % 2 === 0 ? one : two).register('hd', {
            object_id,
            timerange: `[${index}:0_${index + 1}:0)`,
          }),
        ),
      )
      expect(counting(outcomes, { failed: [], registered: 1 })).toBe(ids.length)
    })
    expect(model.timelines.get('hd')).toHaveLength(40)
  })

  it('does not build on what another came before', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', 'a', 'b', 'c', 'd')
      await one.register('hd', { object_id: 'a', timerange: '[0:0_1:0)' })
      await two.register('hd', { object_id: 'b', timerange: '[2:0_3:0)' })
      // `one` has not heard of that. Its first append is refused; its second, which was decided on top of
      // the first, expects the very revision that `two` has brought the timeline to.
      const known = one.cache.current('timeline-hd')
      const first = one.register('hd', { object_id: 'c', timerange: '[1:0_2:0)' })
      while (one.cache.current('timeline-hd') === known) await Promise.resolve()
      const second = one.register('hd', { object_id: 'd', timerange: '[2:0_3:0)' })
      expect(await first).toMatchObject({ registered: 1 })
      expect(await second).toMatchObject({ failed: [{ rejection: { reason: 'segment_overlaps' } }] })
    })
    expect(model.timelines.get('hd')).toHaveLength(3)
  })

  it('makes one of the same segment from both', async () => {
    const model = await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', ...rounds.map((round) => `clip ${round}`))
      for (const round of rounds) {
        const segment = { object_id: `clip ${round}`, timerange: `[${round}:0_${round + 1}:0)` }
        const outcomes = await Promise.all(
          [one, two, one, two].map(({ register }) => register('hd', segment)),
        )
        expect(counting(outcomes, { failed: [], registered: 1 })).toBe(4)
      }
    })
    expect(model.timelines.get('hd')).toHaveLength(ROUNDS)
  })

  it('keeps what is added while the same place is deleted', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', ...rounds.map((round) => `clip ${round}`))
      for (const round of rounds) {
        const segment = { object_id: `clip ${round}`, timerange: '[0:0_1:0)' }
        const [added, deleted] = await Promise.all([
          one.register('hd', segment),
          two.deleteSegments('hd', '_'),
        ])
        expect(added).toStrictEqual({ failed: [], registered: 1 })
        const left = await one.deleteSegments('hd', '_')
        expect([deleted, left]).toContainEqual({ deleted: 1 })
      }
    })
  })

  it('deletes each segment once', async () => {
    await withTwoHarnesses(async (one, two) => {
      await one.putFlow(videoFlow('hd', 'camera'))
      await one.allocate('hd', 'clip')
      for (let round = 0; round < ROUNDS; round++) {
        await one.register(
          'hd',
          ...[0, 1, 2, 3].map((start) => ({
            object_id: 'clip',
            timerange: `[${start}:0_${start + 1}:0)`,
            ts_offset: `${start}:0`,
          })),
        )
        const outcomes = await Promise.all([
          one.deleteSegments('hd', '[0:0_3:0)'),
          two.deleteSegments('hd', '[1:0_4:0)'),
        ])
        const deleted = outcomes.map((outcome) => ('deleted' in outcome ? outcome.deleted : Number.NaN))
        expect(deleted[0]! + deleted[1]!).toBe(4)
      }
    }, graceful)
  })
})
