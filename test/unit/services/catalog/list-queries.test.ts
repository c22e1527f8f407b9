import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DomainEvent } from '../../../../contracts/events/domain-event.ts'
import type { CatalogReader } from '../../../../services/catalog/catalog-reader.ts'
import type { ListKey, ListRequest } from '../../../../services/catalog/list-queries.ts'
import type { ListSort } from '../../../../services/catalog/list-sql.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'
import type { LogModel, ModelFlow, ModelSource, Stamped } from '../../../support/log-model/model.ts'
import { replay } from '../../../support/log-model/replay.ts'
import { type Filter, flowFilter, sourceFilter } from '../../../support/random-filters.ts'
import { flowIdOf, LABELS, library } from '../../../support/random-library.ts'
import { recorded } from '../../../support/recorded-events.ts'

const RUNS = 100

type Sorting = { readonly sort: ListSort; readonly reverse: boolean }
type Listed = Pick<Stamped, 'key' | 'created_ms' | 'updated_ms'> & {
  readonly id: string
  readonly label: string | undefined
}

const sorting: fc.Arbitrary<Sorting> = fc.record({
  sort: fc.constantFrom('created', 'updated', 'label'),
  reverse: fc.boolean(),
})
const pageSizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 })

/**
 * Newest first and A to Z; without a label by id, after those with one; the other way round in reverse. Of
 * those that are equal, what was made first goes with what is less.
 */
function idsInOrder(items: readonly Listed[], { sort, reverse }: Sorting): string[] {
  const sorted = items.toSorted((a, b) => {
    if (sort === 'created') return b.created_ms - a.created_ms || b.key - a.key
    if (sort === 'updated') return b.updated_ms - a.updated_ms || b.key - a.key
    if ((a.label === undefined) !== (b.label === undefined)) return a.label === undefined ? 1 : -1
    return byBytes(a.label ?? a.id, b.label ?? b.id) || a.key - b.key
  })
  const ids = sorted.map(({ id }) => id)
  return reverse ? ids.reverse() : ids
}

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))
const listedFlow = (item: ModelFlow): Listed => ({ ...item, id: item.flow.id, label: item.flow.label })
const listedSource = (item: ModelSource): Listed => ({
  ...item,
  id: item.source.id,
  label: item.source.label,
})

/** Reads page after page, each of another size; `between` happens after each. */
function readAll(
  list: CatalogReader['flows'] | CatalogReader['sources'],
  question: Omit<ListRequest, 'limit' | 'from'>,
  sizes: readonly number[],
  between = () => {},
): string[] {
  const ids: string[] = []
  let from: ListKey | undefined
  for (let page = 0; ; page++) {
    const limit = sizes[page % sizes.length]!
    const { rows, next } = list({ ...question, limit, ...(from && { from }) })
    if (next) expect(rows).toHaveLength(limit)
    ids.push(...rows.map(({ id }) => id))
    if (!next) return ids
    // As it comes back from a client.
    from = JSON.parse(JSON.stringify(next)) as ListKey
    between()
  }
}

/** @returns what the catalog lists, and what it should */
function listed<T>(
  events: readonly DomainEvent[],
  filters: readonly Filter<T>[],
  list: (reader: CatalogReader, conditions: Filter<T>['conditions']) => string[],
  itemsOf: (model: LogModel) => Iterable<T>,
) {
  const catalog = catalogOfEvents(...events)
  const found = list(
    catalog.reader,
    filters.flatMap(({ conditions }) => conditions),
  )
  catalog.close()
  const model = replay(recorded(events))
  const wanted = [...itemsOf(model)].filter((item) => filters.every(({ passes }) => passes(item, model)))
  return { found, wanted }
}

describe('listing', () => {
  it('gives the flows that pass every filter, in order, whatever the pages', () => {
    const filters = fc.array(flowFilter, { maxLength: 2 })
    fc.assert(
      fc.property(library, filters, sorting, pageSizes, (events, filtered, sorted, sizes) => {
        const list = (reader: CatalogReader, conditions: ListRequest['conditions']) =>
          readAll(reader.flows, { ...sorted, conditions }, sizes)
        const { found, wanted } = listed(events, filtered, list, ({ flows }) => flows.values())
        expect(found).toStrictEqual(idsInOrder(wanted.map(listedFlow), sorted))
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the sources that pass every filter, in order, whatever the pages', () => {
    const filters = fc.array(sourceFilter, { maxLength: 2 })
    fc.assert(
      fc.property(library, filters, sorting, pageSizes, (events, filtered, sorted, sizes) => {
        const list = (reader: CatalogReader, conditions: ListRequest['conditions']) =>
          readAll(reader.sources, { ...sorted, conditions }, sizes)
        const { found, wanted } = listed(events, filtered, list, ({ sources }) => sources.values())
        expect(found).toStrictEqual(idsInOrder(wanted.map(listedSource), sorted))
      }),
      { numRuns: RUNS },
    )
  })

  it('neither skips nor repeats a flow that is there throughout, while others come, go and change', () => {
    const change = fc.record({
      what: fc.constantFrom('comes', 'goes', 'changes'),
      index: fc.nat({ max: 11 }),
    })
    const changes = fc.array(change, { maxLength: 12 })
    const filters = fc.array(flowFilter, { maxLength: 1 })
    fc.assert(
      fc.property(library, filters, sorting, pageSizes, changes, (events, filtered, sorted, sizes, steps) => {
        const catalog = catalogOfEvents(...events)
        const model = replay(recorded(events))
        const before = [...model.flows.values()]
        const passing = before.filter((item) => filtered.every(({ passes }) => passes(item, model)))
        const gone = new Set<string>()
        const moved = new Set<string>()
        const todo = [...steps]
        const happen = () => {
          const step = todo.pop()
          if (step === undefined) return
          const [{ flow: template }] = before as [ModelFlow]
          const here = model.flows.get(flowIdOf(step.index))?.flow
          if (step.what === 'comes') {
            const flow = { ...template, id: `new-${todo.length}`, label: LABELS[step.index % LABELS.length]! }
            catalog.add({ type: 'FlowCreated', data: { flow } })
          } else if (here && !gone.has(here.id) && step.what === 'goes') {
            gone.add(here.id)
            catalog.add({ type: 'FlowDeleted', data: { flow_id: here.id, source_id: here.source_id } })
          } else if (here && !gone.has(here.id)) {
            moved.add(here.id)
            catalog.add({ type: 'FlowUpdated', data: { flow: { ...here, description: 'changed' } } })
          }
        }
        const conditions = filtered.flatMap((filter) => filter.conditions)
        const found = readAll(catalog.reader.flows, { ...sorted, conditions }, sizes, happen)
        catalog.close()
        // What changes goes to another place of the list that is sorted by that; what loses the flow that
        // collects it may come to pass or to fail.
        const isStill = ({ id }: Listed) =>
          !gone.has(id) &&
          !(sorted.sort === 'updated' && moved.has(id)) &&
          !before.some(({ flow, members }) => gone.has(flow.id) && members.some((member) => member.id === id))
        const wanted = idsInOrder(passing.map(listedFlow).filter(isStill), sorted)
        expect(found.filter((id) => wanted.includes(id))).toStrictEqual(wanted)
      }),
      { numRuns: RUNS },
    )
  })
})
