import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import type { LogModel } from '../../../support/log-model/model.ts'
import { replay } from '../../../support/log-model/replay.ts'
import { collectingSourcesOf, collectorsOf } from '../../../support/model-collections.ts'
import { library } from '../../../support/random-library.ts'
import { recorded } from '../../../support/recorded-events.ts'

/** Where each source first stands in the collections of a source's flows, and the roles it may have there. */
function collectedBy(model: LogModel, source_id: string) {
  const found = new Map<string, { place: number; roles: (string | undefined)[] }>()
  for (const { flow } of model.flows.values()) {
    if (flow.source_id !== source_id) continue
    for (const [place, { id, role }] of (flow.flow_collection ?? []).entries()) {
      const member = model.flows.get(id)!.flow.source_id
      const known = found.get(member)
      if (member === source_id || (known && known.place < place)) continue
      if (known?.place === place) known.roles.push(role)
      else found.set(member, { place, roles: [role] })
    }
  }
  return found
}

describe('the collections of sources', () => {
  it('follow from those of their flows, both ways', () => {
    fc.assert(
      fc.property(library, (events) => {
        const catalog = catalogOfEvents(...events)
        const model = replay(recorded(events))
        for (const id of model.sources.keys()) {
          const wanted = collectedBy(model, id)
          const collection = catalog.reader.sourceCollection(id)
          expect(new Set(collection.map((each) => each.id))).toStrictEqual(new Set(wanted.keys()))
          const places = collection.map((each) => wanted.get(each.id)!.place)
          expect(places).toStrictEqual(places.toSorted((a, b) => a - b))
          for (const each of collection) expect(wanted.get(each.id)!.roles).toContain(each.role)
          const parents = [...new Set(collectingSourcesOf(model, id))].sort()
          expect(catalog.reader.sourceCollectedBy(id)).toStrictEqual(parents)
        }
        for (const id of model.flows.keys()) {
          const parents = collectorsOf(model, id).map(({ flow }) => flow.id)
          expect(catalog.reader.collectedBy(id)).toStrictEqual(parents.sort())
        }
        catalog.close()
      }),
      { numRuns: 60 },
    )
  })

  it('lose what is deleted, and keep their order', () => {
    const flow_collection = ['a', 'b', 'c'].map((name) => ({ id: `flow ${name}`, role: name }))
    const catalog = catalogOfEvents(
      ...['a', 'b', 'c'].map((name) => ({
        type: 'FlowCreated' as const,
        data: { flow: videoFlow(`flow ${name}`, `source ${name}`) },
      })),
      { type: 'FlowCreated', data: { flow: multiFlow('programme', 'show', { flow_collection }) } },
    )
    const roles = () => catalog.reader.sourceCollection('show').map(({ role }) => role)
    expect(roles()).toStrictEqual(['a', 'b', 'c'])
    catalog.add({ type: 'FlowDeleted', data: { flow_id: 'flow b', source_id: 'source b' } })
    expect(roles()).toStrictEqual(['a', 'c'])
    expect(catalog.reader.members('programme').map((item) => JSON.parse(item))).toStrictEqual([
      flow_collection[0],
      flow_collection[2],
    ])
    catalog.add({ type: 'FlowDeleted', data: { flow_id: 'programme', source_id: 'show' } })
    expect(roles()).toStrictEqual([])
    expect(catalog.reader.sourceCollectedBy('source a')).toStrictEqual([])
    catalog.close()
  })
})
