import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { SegmentRecord } from '../../../../contracts/events/timeline-events.ts'
import { ETERNITY } from '../../../../contracts/time/timerange.ts'
import { listedOfRow, objectIdOf } from '../../../../services/catalog/listed-segments.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { anyRange, timeline } from '../../../support/random-timeline.ts'

const PLAIN = 'plain'
const QUOTED = '"quoted\\","timerange":"[0:0]'
const ELSEWHERE = 'andernorts ☃ 🎞'
const UNKNOWN = 'never allocated'
const NEEDY = 'needs an init object'

const allocated = (object_id: string) =>
  ({
    type: 'ObjectAllocated',
    data: {
      object_id,
      flow_id: 'flow',
      storage_id: 'store',
      key: `key of ${object_id.length}`,
      content_type: 'video/mp2t',
    },
  }) as const
const registered = (object_id: string, registration: object) =>
  ({ type: 'ObjectRegistered', data: { object_id, role: 'media', registration } }) as const

const catalog = catalogOfEvents(
  ...[PLAIN, QUOTED, ELSEWHERE, NEEDY].map(allocated),
  registered(QUOTED, { timerange: '[-1:5_2:0)', key_frame_count: 7 }),
  registered(NEEDY, { timerange: '[0:0_1:0)', init_object_id: 'init "1"' }),
  { type: 'InstanceAdded', data: { object_id: ELSEWHERE, label: 'web', url: 'https://example.org/1' } },
)
afterAll(() => catalog.close())

const dressed = fc.record({
  object_id: fc.constantFrom(PLAIN, QUOTED, ELSEWHERE, UNKNOWN, NEEDY),
  extra: fc.constantFrom({}, { ts_offset: '-0:5' }, { sample_offset: 1, sample_count: 2 }),
})

let flows = 0

/** Timelines go from ten seconds before zero to ten after, with instants among their segments. */
const dressedTimeline = fc
  .tuple(timeline, fc.array(dressed, { minLength: 1, maxLength: 20 }))
  .map(([segments, dresses]) =>
    segments.map(({ timerange }, index): SegmentRecord => {
      const { object_id, extra } = dresses[index % dresses.length]!
      return { object_id, timerange, ...extra }
    }),
  )

it('lists segments as their rows tell of them', () => {
  fc.assert(
    fc.property(dressedTimeline, anyRange, fc.boolean(), fc.boolean(), (segments, range, reverse, whole) => {
      const flow_id = `flow ${flows++}`
      if (segments.length > 0) catalog.add({ type: 'SegmentsAdded', data: { flow_id, segments } })
      const asked = { flow_id, range, reverse, limit: 5 }
      const { rows, next } = catalog.reader.page(asked)
      const listed = catalog.reader.listed(asked, whole)
      expect(listed).toStrictEqual({ rows: rows.map((row) => listedOfRow(row, whole)), next })
      expect(listed.rows.map(objectIdOf)).toStrictEqual(rows.map((row) => row[5]))
    }),
    { numRuns: 300 },
  )
})

it('writes them as JSON goes on', () => {
  const flow_id = 'all kinds'
  const segments = [
    { object_id: PLAIN, timerange: '[-2:5_-1:0)' },
    { object_id: QUOTED, timerange: '[0:0_1:0)', ts_offset: '-0:5' },
    { object_id: ELSEWHERE, timerange: '[1:0]' },
    { object_id: UNKNOWN, timerange: '[2:0_3:0]' },
    { object_id: NEEDY, timerange: '[4:0_5:0)' },
  ]
  catalog.add({ type: 'SegmentsAdded', data: { flow_id, segments } })
  const { rows } = catalog.reader.listed({ flow_id, range: ETERNITY, reverse: false, limit: 100 }, true)
  expect(rows).toStrictEqual([
    ['[-2:5_-1:0)', '"plain"', '', 'store', 'key of 5'],
    [
      '[0:0_1:0)',
      JSON.stringify(QUOTED),
      ',"ts_offset":"-0:5","key_frame_count":7,"object_timerange":"[-1:5_2:0)"',
      'store',
      `key of ${QUOTED.length}`,
    ],
    ['[1:0]', JSON.stringify(ELSEWHERE), '', 'store', `key of ${ELSEWHERE.length}`, '', '1'],
    ['[2:0_3:0]', '"never allocated"', '', '', ''],
    [
      '[4:0_5:0)',
      '"needs an init object"',
      ',"object_timerange":"[0:0_1:0)"',
      'store',
      `key of ${NEEDY.length}`,
      'init "1"',
      '',
    ],
  ])
})
