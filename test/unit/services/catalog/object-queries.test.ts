import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import type { LogModel } from '../../../support/log-model/model.ts'
import { replay } from '../../../support/log-model/replay.ts'
import { flowFilter } from '../../../support/random-filters.ts'
import { library } from '../../../support/random-library.ts'
import { OBJECTS } from '../../../support/random-timeline.ts'
import { recorded } from '../../../support/recorded-events.ts'

/** The objects that random timelines use: all but the last were made with the init object `head`. */
const objects: readonly DomainEvent[] = [
  {
    type: 'ObjectReferenced',
    data: { object_id: 'head', flow_id: 'f', role: 'init', count: 1, registration: {} },
  },
  ...OBJECTS.map(
    (object_id, index): DomainEvent => ({
      type: 'ObjectReferenced',
      data: {
        object_id,
        flow_id: 'f',
        role: 'media',
        count: 1,
        registration: {
          timerange: '[0:0_1:0)',
          ...(index < OBJECTS.length - 1 && { init_object_id: 'head' }),
        },
      },
    }),
  ),
]

const flowsUsing = (model: LogModel, used: readonly string[]): string[] =>
  [...model.flows.keys()]
    .filter((id) => (model.timelines.get(id) ?? []).some(({ object_id }) => used.includes(object_id)))
    .sort()

describe('the flows that use an object', () => {
  it('are those with a segment of it, or of what it initialises, page by page and filtered', () => {
    const question = fc.record({
      id: fc.constantFrom('head', ...OBJECTS),
      limit: fc.integer({ min: 1, max: 4 }),
      filters: fc.array(flowFilter, { maxLength: 1 }),
    })
    fc.assert(
      fc.property(library, question, (events, { id, limit, filters }) => {
        const catalog = catalogOfEvents(...objects, ...events)
        const model = replay(recorded([...objects, ...events]))
        const object = catalog.reader.object(id)!
        const conditions = filters.flatMap((filter) => filter.conditions)
        const found: string[] = []
        for (let page = ['']; page.length > 0; found.push(...page)) {
          page = [...catalog.reader.flowsOf(object, { conditions, after: found.at(-1) ?? '', limit })]
          expect(page.length).toBeLessThanOrEqual(limit)
        }
        catalog.close()
        const wanted = flowsUsing(model, id === 'head' ? OBJECTS.slice(0, -1) : [id])
        const isWanted = (flow_id: string) =>
          filters.every(({ passes }) => passes(model.flows.get(flow_id)!, model))
        expect(found).toStrictEqual(wanted.filter(isWanted))
      }),
      { numRuns: 100 },
    )
  })
})

describe('an object', () => {
  it('is known from its allocation until it is retired, with its URLs', () => {
    const data = { object_id: 'clip', flow_id: 'hd', storage_id: 'disk', key: 'k', content_type: 'video/mp4' }
    const catalog = catalogOfEvents({ type: 'ObjectAllocated', data })
    expect(catalog.reader.object('clip')).toMatchObject({ key: 'k', role: null, has_urls: null })
    catalog.add(
      { type: 'InstanceAdded', data: { object_id: 'clip', label: 'web', url: 'https://a/' } },
      { type: 'InstanceAdded', data: { object_id: 'clip', label: 'mirror', url: 'https://b/' } },
      {
        type: 'ObjectReferenced',
        data: {
          object_id: 'clip',
          flow_id: 'hd',
          role: 'media',
          count: 1,
          registration: { timerange: '[0:0]' },
        },
      },
    )
    expect(catalog.reader.object('clip')).toMatchObject({ key: 'k', role: 'media', has_urls: 1 })
    expect(catalog.reader.urls('clip').map(({ label }) => label)).toStrictEqual(['mirror', 'web'])
    catalog.add({ type: 'ObjectRetired', data: { object_id: 'clip' } })
    expect(catalog.reader.object('clip')).toBeUndefined()
    expect(catalog.reader.urls('clip')).toStrictEqual([])
    catalog.close()
  })
})
