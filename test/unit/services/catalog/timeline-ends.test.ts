import { describe, expect, it } from 'vitest'
import { formatTimestamp } from '../../../../contracts/time/timestamp.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'

const added = (flow_id: string, ...timeranges: string[]) =>
  ({
    type: 'SegmentsAdded',
    data: { flow_id, segments: timeranges.map((timerange) => ({ object_id: 'clip', timerange })) },
  }) as const

describe('the ends of a timeline', () => {
  it.each<[flow_id: string, ends: string[] | undefined]>([
    ['hd', ['-5:1]', '9:999999999)']],
    ['sd', ['2:0)', '2:0)']],
    ['empty', undefined],
    ['unknown', undefined],
  ])('of %s are %j', (flow_id, ends) => {
    const catalog = catalogOfEvents(
      added('hd', '[8:0_9:999999999)', '[-10:0_-5:1]', '[0:0_1:0)'),
      added('sd', '[1:0_2:0)'),
      added('empty', '[1:0_2:0)'),
      {
        type: 'SegmentsDeleted',
        data: { flow_id: 'empty', timerange: '[1:0_2:0)', ranges: ['[1:0_2:0)'] },
      },
    )
    const found = catalog.reader.timelineEnds(flow_id)
    const told =
      found &&
      [found.first, found.last].map(({ at, inclusive }) => formatTimestamp(at) + (inclusive ? ']' : ')'))
    expect(told).toStrictEqual(ends)
    catalog.close()
  })
})
