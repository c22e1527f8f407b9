import { describe, expect, it } from 'vitest'
import type { SegmentRecord, TimelineEvent } from '../../../../contracts/events/timeline-events.ts'
import { coverageToJson } from '../../../../contracts/time/coverage.ts'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { fold } from '../../../../domain/decision.ts'
import {
  decideTimeline,
  isTimelineEmpty,
  type TimelineCommand,
  timelineAggregate,
} from '../../../../domain/timeline/timeline.ts'
import { specFor } from '../../../support/spec-for.ts'

const given = specFor({ decide: decideTimeline, aggregate: timelineAggregate })
const stateAfter = (...events: TimelineEvent[]) => fold(timelineAggregate, timelineAggregate.initial, events)

const flow_id = 'hd'
const segment = (timerange: string, object_id = 'clip'): SegmentRecord => ({ object_id, timerange })
const add = (timerange: string): TimelineCommand => ({
  type: 'AddSegment',
  flow_id,
  segment: segment(timerange),
  range: parseTimeRange(timerange),
})
const remove = (ranges: string[], object_id?: string): TimelineCommand => ({
  type: 'DeleteSegments',
  flow_id,
  ranges: ranges.map(parseTimeRange),
  ...(object_id !== undefined && { object_id }),
})
const added = (...timeranges: string[]): TimelineEvent => ({
  type: 'SegmentsAdded',
  data: { flow_id, segments: timeranges.map((timerange) => segment(timerange)) },
})
const deleted = (timerange: string, ranges: string[], object_id?: string): TimelineEvent => ({
  type: 'SegmentsDeleted',
  data: { flow_id, timerange, ranges, ...(object_id !== undefined && { object_id }) },
})

describe('adding a segment', () => {
  it.each([
    ['right behind its neighbour', '[0:0_1:0)', '[1:0_2:0)'],
    ['right before it', '[1:0_2:0)', '[0:0_1:0)'],
    ['an instant at the end its neighbour excludes', '[0:0_1:0)', '[1:0]'],
    ['behind an instant, a nanosecond later', '[1:0]', '[1:1_2:0)'],
    ['up to an instant', '[1:0]', '[0:0_1:0)'],
    ['in a gap of a nanosecond', '[0:0_1:0)', '[1:0_1:1)'],
    ['far away, before zero', '[0:0_1:0)', '[-10:0_-9:0)'],
  ])('is accepted %s', (_, existing, wanted) =>
    given(added(existing)).when(add(wanted)).thenEvents(added(wanted)),
  )

  it.each([
    ['on itself', '[0:0_1:0)', '[0:0_1:0)'],
    ['on the instant its neighbour includes', '[0:0_1:0]', '[1:0_2:0)'],
    ['an instant on an instant', '[1:0]', '[1:0]'],
    ['an instant within', '[0:0_2:0)', '[1:0]'],
    ['around it', '[1:0_1:1)', '[0:0_2:0)'],
    ['by a nanosecond', '[0:0_1:0)', '[0:999999999_2:0)'],
    ['before zero', '[-1:0_0:0)', '[-0:1]'],
  ])('is refused %s', (_, existing, wanted) =>
    given(added(existing)).when(add(wanted)).thenRejected({ reason: 'segment_overlaps', existing }),
  )

  it('tells all of the contiguous media it overlaps', () =>
    given(added('[0:0_1:0)', '[1:0_2:0)'), added('[2:0_3:0)'))
      .when(add('[1:500_1:600)'))
      .thenRejected({ reason: 'segment_overlaps', existing: '[0:0_3:0)' }))

  it('is accepted where segments were deleted, and nowhere else', () => {
    const history = [added('[0:0_1:0)', '[1:0_2:0)', '[2:0_3:0)'), deleted('[1:0_2:0)', ['[1:0_2:0)'])]
    given(...history)
      .when(add('[1:0_2:0)'))
      .thenEvents(added('[1:0_2:0)'))
    given(...history)
      .when(add('[1:0_2:1)'))
      .thenRejected({ reason: 'segment_overlaps', existing: '[2:0_3:0)' })
  })

  it('is exact at the ends of time that TAMS can name', () => {
    const last = '[281474976710655:999999999]'
    given(added('[281474976710655:999999998_281474976710655:999999999)'))
      .when(add(last))
      .thenEvents(added(last))
    given(added(last)).when(add(last)).thenRejected({ reason: 'segment_overlaps', existing: last })
  })
})

describe('deleting segments', () => {
  const history = [added('[0:0_1:0)', '[1:0_2:0)', '[5:0_6:0)', '[6:0]')]

  it('tells what went: its extent, and what it covered, merged', () =>
    given(...history)
      .when(remove(['[0:0_1:0)', '[1:0_2:0)', '[5:0_6:0)']))
      .thenEvents(deleted('[0:0_6:0)', ['[0:0_2:0)', '[5:0_6:0)'])))

  it('keeps the object it was limited to', () =>
    given(...history)
      .when(remove(['[6:0]'], 'clip'))
      .thenEvents(deleted('[6:0]', ['[6:0]'], 'clip')))

  it('has nothing to do for none', () =>
    given(...history)
      .when(remove([]))
      .thenEvents())

  it.each([
    ['was never there', history],
    ['was deleted by another', [...history, deleted('[1:0_2:0)', ['[1:0_2:0)'])]],
  ])('is refused for what %s', (_, past) =>
    given(...past)
      .when(remove(['[0:0_1:0)', past === history ? '[3:0_4:0)' : '[1:0_2:0)']))
      .thenRejected({ reason: 'segments_moved' }),
  )
})

describe('what a timeline remembers', () => {
  it('is one range for a day of contiguous media, in whichever order it came', () => {
    const texts = Array.from({ length: 86_400 }, (_, second) => `[${second}:40_${second + 1}:40)`)
    for (const order of [texts, texts.toReversed()]) {
      expect(coverageToJson(stateAfter(added(...order)).coverage)).toStrictEqual(['[0:40_86400:40)'])
    }
  })

  it('is nothing once every segment is deleted', () => {
    const full = [added('[0:0_1:0)', '[2:0]')]
    expect(isTimelineEmpty(stateAfter())).toBe(true)
    expect(isTimelineEmpty(stateAfter(...full))).toBe(false)
    expect(isTimelineEmpty(stateAfter(...full, deleted('[0:0_2:0]', ['[0:0_1:0)', '[2:0]'])))).toBe(true)
    expect(isTimelineEmpty(stateAfter(...full, deleted('[2:0]', ['[2:0]'])))).toBe(false)
  })
})
