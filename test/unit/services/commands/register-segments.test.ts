import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { FlowSegmentPost } from '../../../../contracts/resources/flow-segment.ts'
import { BACKEND_LABEL, type CommandHarness, wholeLog } from '../../../support/command-harness.ts'
import { fragmentedFlow, multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { withHarness } from '../../../support/with-harness.ts'

const url = 'https://cdn.example/clip.mp4'
const clip: FlowSegmentPost = { object_id: 'clip', timerange: '[0:0_1:0)' }
const second = (object_id: string, start: number): FlowSegmentPost => ({
  object_id,
  timerange: `[${start}:0_${start + 1}:0)`,
})
/** What is told of a segment that failed, beside why. */
const placed = ({ object_id, timerange }: FlowSegmentPost) => ({ object_id, timerange })
const done = (registered: number) => ({ failed: [], registered })

/** A log with the flows `hd` and `copy`, and objects that are allocated for `hd`. */
const withObjects = (object_ids: string[], use: (harness: CommandHarness) => Promise<unknown>) =>
  withHarness(async (harness) => {
    await harness.putFlow(videoFlow('hd', 'camera'))
    await harness.putFlow(videoFlow('copy', 'camera'))
    if (object_ids.length > 0) await harness.allocate('hd', ...object_ids)
    await use(harness)
  })

describe('registering segments', () => {
  it('keeps what was said of each', async () => {
    const full: FlowSegmentPost = {
      object_id: 'clip',
      timerange: '[100:0_101:0)',
      ts_offset: '100:0',
      object_timerange: '[0:0_10:0)',
      last_duration: '0:40000000',
      sample_offset: 0,
      sample_count: 25,
      key_frame_count: 2,
      get_urls: [{ label: 'web', url }],
    }
    const model = await withObjects(['clip'], async ({ register, catchUp, catalog }) => {
      expect(await register('hd', full)).toStrictEqual(done(1))
      await catchUp()
      const { object_timerange: _, key_frame_count: __, get_urls: ___, ...record } = full
      expect(
        catalog.reader.segmentsWithin('hd', { kind: 'range', start: null, end: null }, undefined, 9),
      ).toStrictEqual([{ object_id: 'clip', timerange: '[100:0_101:0)' }])
      const start = { at: { seconds: 100, nanoseconds: 0 }, inclusive: true }
      expect(catalog.reader.segmentAt('hd', { kind: 'range', start, end: null })).toStrictEqual(record)
      expect(catalog.reader.urls('clip')).toEqual([{ label: 'web', url }])
    })
    expect(model.objects.get('clip')?.registration).toStrictEqual({
      timerange: '[0:0_10:0)',
      key_frame_count: 2,
    })
  })

  it('records what the store has just taken in, of media and init objects', async () => {
    const model = await withObjects([], async ({ putFlow, allocate, upload, register }) => {
      await putFlow(fragmentedFlow('fmp4', 'camera'))
      await allocate('fmp4', 'head', 'a', 'late')
      await upload('head')
      await upload('a')
      const segments = ['a', 'late'].map((id, at) => ({ ...second(id, at), init_object_id: 'head' }))
      expect(await register('fmp4', ...segments)).toStrictEqual(done(2))
      await upload('late')
    })
    const recorded = (id: string) => model.objects.get(id)?.registration?.media
    const factsOf = (text: string) => ({
      size_bytes: text.length,
      checksums: [{ algorithm: 'sha256', value: createHash('sha256').update(text).digest('base64') }],
    })
    expect(recorded('head')).toStrictEqual(factsOf('head'))
    expect(recorded('a')).toStrictEqual(factsOf('a'))
    expect(recorded('late')).toBeUndefined()
  })

  it.each([
    ['is not there', 'nothing', 'flow_not_found'],
    ['has no container', 'programme', 'flow_container_missing'],
  ])('is refused where the flow %s', async (_, flow_id, reason) => {
    await withObjects(['clip'], async ({ putFlow, register }) => {
      await putFlow(multiFlow('programme', 'show'))
      expect(await register(flow_id, clip)).toStrictEqual({ refused: { reason } })
    })
  })

  it('takes an object to other flows once its own has used it', async () => {
    await withObjects(['clip'], async ({ register }) => {
      expect(await register('copy', clip)).toStrictEqual({
        failed: [{ ...placed(clip), rejection: { reason: 'object_of_other_flow', object_id: 'clip' } }],
        registered: 0,
      })
      expect(await register('hd', clip)).toStrictEqual(done(1))
      expect(await register('copy', clip)).toStrictEqual(done(1))
    })
  })

  it('never takes the label of a storage backend for a URL', async () => {
    await withObjects([], async ({ register, log }) => {
      const head = await log.head()
      const segment = { ...clip, get_urls: [{ label: BACKEND_LABEL, url }] }
      expect(await register('hd', segment)).toStrictEqual({
        failed: [
          { ...placed(segment), rejection: { reason: 'label_of_storage_backend', label: BACKEND_LABEL } },
        ],
        registered: 0,
      })
      expect(await log.head()).toBe(head)
    })
  })
})

describe('registering many segments at once', () => {
  it('takes those that can be, and tells of each of the others why', async () => {
    const model = await withObjects(['a', 'b', 'c'], async ({ register }) => {
      const unknown = second('unknown', 10)
      const early: FlowSegmentPost = { object_id: 'b', timerange: '[0:500000000_1:500000000)' }
      const beyond: FlowSegmentPost = {
        object_id: 'c',
        timerange: '[20:0_30:0)',
        object_timerange: '[20:0_29:0)',
      }
      const far: FlowSegmentPost = { object_id: 'c', timerange: '[281474976710655:0]', ts_offset: '-1:0' }
      const outcome = await register('hd', second('a', 0), unknown, early, beyond, far, second('c', 1))
      expect(outcome).toStrictEqual({
        failed: [
          { ...placed(unknown), rejection: { reason: 'object_unknown', object_id: 'unknown' } },
          { ...placed(early), rejection: { reason: 'segment_overlaps', existing: '[0:0_1:0)' } },
          { ...placed(beyond), rejection: { reason: 'object_timerange_exceeded', object_id: 'c' } },
          { ...placed(far), rejection: { reason: 'object_timerange_exceeded', object_id: 'c' } },
        ],
        registered: 2,
      })
    })
    expect(model.timelines.get('hd')?.map(({ object_id }) => object_id)).toStrictEqual(['a', 'c'])
    expect(model.objects.get('b')).toMatchObject({ references: 0 })
  })

  it('uses one object as often as asked', async () => {
    const model = await withObjects(['clip'], async ({ register }) => {
      const reuse = (start: number) => ({ ...second('clip', start), ts_offset: `${start}:0` })
      expect(await register('hd', clip, reuse(1), reuse(2))).toStrictEqual(done(3))
      expect(await register('copy', reuse(9), reuse(7))).toStrictEqual(done(2))
    })
    expect(model.objects.get('clip')?.references).toBe(5)
  })

  it('leaves a refused object free to be used by a later segment of the same request', async () => {
    const model = await withObjects(['a', 'b'], async ({ register }) => {
      const outcome = await register('hd', second('a', 0), second('b', 0), second('b', 1))
      expect(outcome).toMatchObject({ failed: [placed(second('b', 0))], registered: 2 })
    })
    expect(model.objects.get('b')?.registration).toStrictEqual({ timerange: '[1:0_2:0)' })
  })

  it('writes them as few large events', async () => {
    const ids = Array.from({ length: 2500 }, (_, index) => `clip ${index}`)
    await withObjects(ids, async ({ register, log }) => {
      expect(await register('hd', ...ids.map(second))).toStrictEqual(done(2500))
      const events = (await wholeLog(log)).filter(({ type }) => type === 'SegmentsAdded')
      const sizes = events.map((event) => event.type === 'SegmentsAdded' && event.data.segments.length)
      expect(sizes).toStrictEqual([1000, 1000, 500])
    })
  })
})

describe('registering segments with init objects', () => {
  const fragment = (object_id: string, start: number, init_object_id = 'head') => ({
    ...second(object_id, start),
    init_object_id,
  })
  const withFragments = (use: (harness: CommandHarness) => Promise<unknown>) =>
    withHarness(async (harness) => {
      await harness.putFlow(fragmentedFlow('hd', 'camera'))
      await harness.putFlow(fragmentedFlow('copy', 'camera'))
      await harness.allocate('hd', 'head', 'other head', 'a', 'b', 'c')
      await use(harness)
    })

  it('counts the media objects that need one, not their segments', async () => {
    const model = await withFragments(async ({ register }) => {
      await register('hd', fragment('a', 0), fragment('b', 1))
      await register('hd', fragment('c', 2))
      await register('copy', second('a', 0), fragment('b', 1))
    })
    expect(model.objects.get('head')).toMatchObject({ role: 'init', references: 3 })
  })

  it('counts many new ones of a request in one event', async () => {
    await withFragments(async ({ register, log }) => {
      const head = await log.head()
      await register('hd', fragment('a', 0), fragment('b', 1), fragment('c', 2))
      const counts = (await log.readAll(head, 100)).flatMap((event) =>
        event.type === 'ObjectReferenced' && event.data.object_id === 'head' ? [event.data.count] : [],
      )
      expect(counts).toStrictEqual([1, 2])
    })
  })

  it('refuses roles that were swapped, also within one request', async () => {
    const model = await withFragments(async ({ register }) => {
      const asMedia = fragment('head', 1, 'other head')
      const asInit = fragment('b', 2, 'a')
      const missing = second('b', 3)
      const unknown = fragment('b', 4, 'nothing')
      expect(await register('hd', fragment('a', 0), asMedia, asInit, missing, unknown)).toStrictEqual({
        failed: [
          { ...placed(asMedia), rejection: { reason: 'object_is_init', object_id: 'head' } },
          { ...placed(asInit), rejection: { reason: 'object_is_media', object_id: 'a' } },
          { ...placed(missing), rejection: { reason: 'object_init_missing', object_id: 'b' } },
          { ...placed(unknown), rejection: { reason: 'object_unknown', object_id: 'nothing' } },
        ],
        registered: 1,
      })
    })
    expect(model.objects.get('other head')?.role).toBeUndefined()
    expect(model.objects.get('b')?.role).toBeUndefined()
  })

  it('cannot be retired while a media object needs them', async () => {
    await withFragments(async ({ register, deleteSegments, retire }) => {
      await register('hd', fragment('a', 0))
      await deleteSegments('hd', '_')
      expect(await retire('head')).toBe(false)
    })
  })
})

describe('registering a segment again, just as before', () => {
  it('is a success that adds nothing', async () => {
    const model = await withObjects(['clip'], async ({ register, log }) => {
      await register('hd', clip)
      const head = await log.head()
      expect(await register('hd', clip)).toStrictEqual(done(1))
      expect(await register('hd', clip, clip)).toStrictEqual(done(2))
      expect(await log.head()).toBe(head)
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
  })

  it('is one also with all that can be said of it', async () => {
    await withHarness(async ({ putFlow, allocate, register }) => {
      await putFlow(fragmentedFlow('hd', 'camera'))
      await allocate('hd', 'clip', 'head')
      const full: FlowSegmentPost = {
        object_id: 'clip',
        timerange: '[5:0_6:0)',
        init_object_id: 'head',
        ts_offset: '5:0',
        object_timerange: '[0:0_2:0)',
        last_duration: '0:1',
        sample_offset: 1,
        sample_count: 2,
        key_frame_count: 3,
        get_urls: [{ label: 'web', url }],
      }
      expect(await register('hd', full)).toStrictEqual(done(1))
      expect(await register('hd', full)).toStrictEqual(done(1))
    })
  })

  it('is done for those of a list that were there, while the others are added', async () => {
    const model = await withObjects(['a', 'b', 'c'], async ({ register }) => {
      await register('hd', second('a', 0), second('c', 2))
      expect(await register('hd', second('a', 0), second('b', 1), second('c', 2))).toStrictEqual(done(3))
    })
    expect(model.timelines.get('hd')).toHaveLength(3)
  })

  it('is one for a hundred at once', async () => {
    const model = await withObjects(['clip'], async ({ register }) => {
      const outcomes = await Promise.all(Array.from({ length: 100 }, () => register('hd', clip)))
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toStrictEqual(
        new Set([JSON.stringify(done(1))]),
      )
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
    expect(model.objects.get('clip')?.references).toBe(1)
  })

  it('is no repetition where anything differs', async () => {
    const differences: Record<string, Partial<FlowSegmentPost>> = {
      'another object': { object_id: 'other' },
      'a longer timerange': { timerange: '[0:0_1:1)' },
      'an end that is included': { timerange: '[0:0_1:0]' },
      'a later start': { timerange: '[0:1_1:0)' },
      'an offset': { ts_offset: '0:0' },
      'a last duration': { last_duration: '0:1' },
      'a sample offset': { sample_offset: 0 },
      'a sample count': { sample_count: 25 },
      'other key frames': { key_frame_count: 7 },
      'another object timerange': { object_timerange: '[0:0_5:0)' },
      'an init object': { init_object_id: 'other' },
      'a URL': { get_urls: [{ label: 'web', url }] },
    }
    const model = await withObjects(['clip', 'other'], async ({ register }) => {
      await register('hd', { ...clip, key_frame_count: 1 })
      for (const [what, difference] of Object.entries(differences)) {
        const segment = { ...clip, ...difference }
        const rejection = { reason: 'segment_overlaps', existing: '[0:0_1:0)' }
        expect(await register('hd', segment), what).toStrictEqual({
          failed: [{ ...placed(segment), rejection }],
          registered: 0,
        })
      }
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
  })

  it('adds it anew after it was deleted', async () => {
    const model = await withObjects(['clip'], async ({ register, deleteSegments }) => {
      await register('hd', clip, { object_id: 'clip', timerange: '[9:0_10:0)', ts_offset: '9:0' })
      await deleteSegments('hd', '[0:0_1:0)')
      expect(await register('hd', clip)).toStrictEqual(done(1))
      await deleteSegments('hd', '[9:0_10:0)')
    })
    expect(model.timelines.get('hd')).toHaveLength(1)
    expect(model.objects.get('clip')?.references).toBe(1)
  })
})
