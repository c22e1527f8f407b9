import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { overlaps } from '../../../../contracts/time/timerange-algebra.ts'
import { columnIs, flowHasContentIn, tagIsOneOf } from '../../../../services/catalog/conditions.ts'
import type { Condition } from '../../../../services/catalog/list-queries.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { videoFlow } from '../../../support/flow-metadata.ts'
import { anyRange, timeline } from '../../../support/random-timeline.ts'

const catalog = catalogOfEvents()
afterAll(() => catalog.close())

const passes = (id: string, conditions: readonly Condition[]): boolean => {
  const request = {
    conditions: [...columnIs('id', id), ...conditions],
    sort: 'created',
    reverse: false,
  } as const
  return catalog.reader.flows({ ...request, limit: 1 }).rows.length === 1
}

describe('a flow has content in a timerange', () => {
  it('if one of its segments overlaps it, clusivity counted', () => {
    let flows = 0
    fc.assert(
      fc.property(timeline, fc.array(anyRange, { minLength: 5, maxLength: 5 }), (segments, ranges) => {
        const flow_id = `flow ${flows++}`
        catalog.add({ type: 'FlowCreated', data: { flow: videoFlow(flow_id, 'camera') } })
        if (segments.length > 0) catalog.add({ type: 'SegmentsAdded', data: { flow_id, segments } })
        for (const range of ranges.filter(({ kind }) => kind === 'range')) {
          const wanted = segments.some(({ timerange }) => overlaps(parseTimeRange(timerange), range))
          const isEternity = range.kind === 'range' && !range.start && !range.end
          expect(passes(flow_id, flowHasContentIn(range))).toBe(wanted || isEternity)
        }
      }),
      { numRuns: 300 },
    )
  })

  it.each([
    ['()', [true, false]],
    ['_', [true, true]],
    ['[0:0_', [false, true]],
  ])('and is asked for %s', (text, [empty, full]) => {
    catalog.add(
      { type: 'FlowCreated', data: { flow: videoFlow(`empty ${text}`, 'camera') } },
      { type: 'FlowCreated', data: { flow: videoFlow(`full ${text}`, 'camera') } },
      {
        type: 'SegmentsAdded',
        data: { flow_id: `full ${text}`, segments: [{ object_id: 'a', timerange: '[0:0]' }] },
      },
    )
    const conditions = flowHasContentIn(parseTimeRange(text))
    expect([passes(`empty ${text}`, conditions), passes(`full ${text}`, conditions)]).toStrictEqual([
      empty,
      full,
    ])
  })
})

describe('what filters are given', () => {
  it('is never read as SQL', () => {
    const hostile = `x' OR 1=1 --`
    catalog.add({
      type: 'FlowCreated',
      data: { flow: videoFlow('tagged', 'camera', { tags: { [hostile]: 'y' } }) },
    })
    expect(passes('tagged', [tagIsOneOf('flows', hostile, ['y'])])).toBe(true)
    expect(passes('tagged', [tagIsOneOf('flows', 'x', [`y') OR ('1'='1`])])).toBe(false)
    expect(passes('tagged', columnIs('label', hostile))).toBe(false)
  })
})
