import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { Tags } from '../../../../contracts/resources/tags.ts'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { rowTimeRange } from '../../../../projections/catalog/segment-row.ts'
import { matchesTags, type TagFilter } from '../../../../services/storage/matches-tags.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'

const catalog = catalogOfEvents()
afterAll(() => catalog.close())

const NAMES = ['scene', 'ü/%', '__proto__']
const name = fc.constantFrom(...NAMES)
const value = fc.constantFrom('goal', 'corner', '', "it's")
const tags = fc.dictionary(name, fc.oneof(value, fc.uniqueArray(value, { maxLength: 3 })), { maxKeys: 3 })
const filter: fc.Arbitrary<TagFilter> = fc
  .record({
    tagValues: fc.array(fc.tuple(name, fc.array(value, { maxLength: 2 })), { maxLength: 2 }),
    tagExists: fc.array(fc.tuple(name, fc.boolean()), { maxLength: 2 }),
  })
  .map(({ tagValues, tagExists }) => ({ tagValues: new Map(tagValues), tagExists: new Map(tagExists) }))

let flows = 0
/** A flow of one-second segments that use these objects, each with its tags. */
function taggedFlow(uses: readonly number[], tagsByObject: readonly Tags[]): string {
  const flow_id = `flow ${flows++}`
  const events: DomainEvent[] = uses.map((use, at) => ({
    type: 'SegmentsAdded',
    data: { flow_id, segments: [{ object_id: `clip ${use}`, timerange: `[${at}:0_${at + 1}:0)` }] },
  }))
  for (const use of new Set(uses)) {
    for (const [tag, tagValue] of Object.entries(tagsByObject[use]!)) {
      const data = { flow_id, object_id: `clip ${use}`, name: tag, value: tagValue }
      events.push({ type: 'SegmentTagSet', data })
    }
  }
  catalog.add(...events)
  return flow_id
}

describe('segments by their tags', () => {
  it('are those that pass every filter, in order, whatever the pages', () => {
    const question = fc.record({
      uses: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 12 }),
      tagsByObject: fc.array(tags, { minLength: 5, maxLength: 5 }),
      filters: filter,
      reverse: fc.boolean(),
      limit: fc.integer({ min: 1, max: 4 }),
      object: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 3 }),
    })
    fc.assert(
      fc.property(question, ({ uses, tagsByObject, filters, reverse, limit, object }) => {
        const flow_id = taggedFlow(uses, tagsByObject)
        const wanted = uses.flatMap((use, at) =>
          matchesTags(filters, tagsByObject[use]!) && (object ?? use) === use
            ? [`[${at}:0_${at + 1}:0)`]
            : [],
        )
        const found: string[] = []
        let from: readonly [number, number] | undefined
        do {
          const { rows, next } = catalog.reader.page({
            flow_id,
            range: parseTimeRange('_'),
            tags: filters,
            reverse,
            limit,
            ...(object !== undefined && { object_id: `clip ${object}` }),
            ...(from && { from }),
          })
          found.push(...rows.map(rowTimeRange))
          from = next
        } while (from)
        expect(found).toStrictEqual(reverse ? wanted.toReversed() : wanted)
      }),
      { numRuns: 300 },
    )
  })

  it('come with the tags they have', () => {
    const flow_id = taggedFlow([0, 1, 0], [{ __proto__x: 'x', scene: ['b', 'a'], empty: [] }, {}])
    const { rows, isTagged } = catalog.reader.page({
      flow_id,
      range: parseTimeRange('_'),
      reverse: false,
      limit: 10,
    })
    expect(isTagged).toBe(true)
    const found = catalog.reader.segmentTagsOf(
      flow_id,
      rows.map((row) => row[5]),
    )
    expect([...found]).toStrictEqual([['clip 0', { __proto__x: 'x', empty: [], scene: ['b', 'a'] }]])
    expect(catalog.reader.segmentTags(flow_id, 'clip 1')).toStrictEqual({})
    expect(catalog.reader.segmentTags(flow_id, 'clip 2')).toBeUndefined()
  })
})
