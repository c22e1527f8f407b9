import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeletionEvent } from '../../../../contracts/events/deletion-events.ts'
import { unexpired } from '../../../../services/catalog/deletion-queries.ts'
import type { ListKey } from '../../../../services/catalog/list-queries.ts'
import { type CatalogOfEvents, catalogOfEvents } from '../../../support/catalog-of-events.ts'
import type { ModelDeletion } from '../../../support/log-model/model.ts'
import { replay } from '../../../support/log-model/replay.ts'
import { recorded } from '../../../support/recorded-events.ts'

const requested = (deletion_id: string, flow_id = 'hd', delete_flow = false): DeletionEvent => ({
  type: 'DeletionRequested',
  data: {
    deletion_id,
    flow_id,
    timerange_to_delete: '_',
    delete_flow,
    flow_revision: 0,
    timeline_revision: 0,
  },
})
const started = (deletion_id: string): DeletionEvent => ({ type: 'DeletionStarted', data: { deletion_id } })
const completed = (deletion_id: string, kept_for_seconds: number): DeletionEvent => ({
  type: 'DeletionCompleted',
  data: { deletion_id, kept_for_seconds },
})
const failed = (deletion_id: string, kept_for_seconds: number): DeletionEvent => ({
  type: 'DeletionFailed',
  data: { deletion_id, error: { type: 'why', summary: 'not so' }, kept_for_seconds },
})

/** Deletions in every state, few enough times to expire at. */
const deletions: fc.Arbitrary<readonly DeletionEvent[]> = fc
  .array(fc.record({ end: fc.constantFrom('open', 'done', 'error'), kept: fc.constantFrom(1, 2, 3) }), {
    maxLength: 9,
  })
  .map((all) =>
    all.flatMap(({ end, kept }, index) => {
      const id = `d${(index * 7) % 10}`
      if (end === 'open') return [requested(id)]
      return [requested(id), started(id), end === 'done' ? completed(id, kept) : failed(id, kept)]
    }),
  )

type Item = ModelDeletion & { readonly id: string }

function idsInOrder(items: readonly Item[], sort: 'created' | 'expiry', reverse: boolean): string[] {
  const byId = (a: Item, b: Item) => (a.id < b.id ? -1 : 1)
  const sorted = items.toSorted((a, b) => {
    if (sort === 'created') return b.created_ms - a.created_ms || byId(b, a)
    if ((a.expiry_ms === null) !== (b.expiry_ms === null)) return a.expiry_ms === null ? 1 : -1
    return (b.expiry_ms ?? 0) - (a.expiry_ms ?? 0) || byId(a, b)
  })
  const ids = sorted.map(({ id }) => id)
  return reverse ? ids.reverse() : ids
}

function readAll(
  { reader }: CatalogOfEvents,
  sort: 'created' | 'expiry',
  reverse: boolean,
  limit: number,
  nowMs: number,
): string[] {
  const ids: string[] = []
  let from: ListKey | undefined
  do {
    const request = { conditions: [unexpired(nowMs)], sort, reverse, limit, ...(from && { from }) }
    const { rows, next } = reader.deletionRequests(request)
    if (next) expect(rows).toHaveLength(limit)
    ids.push(...rows.map(({ id }) => id))
    from = next && JSON.parse(JSON.stringify(next))
  } while (from)
  return ids
}

describe('deletion requests', () => {
  it('are listed until they expire, in order, whatever the pages', () => {
    const sort = fc.constantFrom('created' as const, 'expiry' as const)
    fc.assert(
      fc.property(
        deletions,
        sort,
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        (events, sorted, reverse, limit, seconds) => {
          const nowMs = (recorded(events)[0]?.timeMs ?? 0) + seconds * 1000
          const catalog = catalogOfEvents(...events)
          const found = readAll(catalog, sorted, reverse, limit, nowMs)
          catalog.close()
          const items = [...replay(recorded(events)).deletions].map(([id, item]) => ({ ...item, id }))
          const wanted = items.filter(({ expiry_ms }) => expiry_ms === null || expiry_ms > nowMs)
          expect(found).toStrictEqual(idsInOrder(wanted, sorted, reverse))
        },
      ),
      { numRuns: 100 },
    )
  })

  it('are due when they have been held back long enough, the longest due first', () => {
    const held = (id: string, held_for_seconds: number): DeletionEvent => {
      const { data } = requested(id, id, true) as Extract<DeletionEvent, { type: 'DeletionRequested' }>
      return { type: 'DeletionRequested', data: { ...data, held_for_seconds } }
    }
    const events = [
      held('d1', 9),
      held('d2', 4),
      held('d3', 5),
      requested('d4', 'd4', true),
      held('d5', 1),
      started('d5'),
      held('d6', 2),
      { type: 'DeletionCancelled', data: { deletion_id: 'd6', kept_for_seconds: 60 } } as const,
      held('d7', 99),
      { type: 'DeletionReleased', data: { deletion_id: 'd7' } } as const,
    ]
    const catalog = catalogOfEvents(...events)
    const beganMs = recorded(events)[0]!.timeMs
    const due = (seconds: number, limit = 9) => catalog.reader.dueDeletions(beganMs + seconds * 1000, limit)
    expect(due(3)).toStrictEqual(['d7'])
    expect(due(8)).toStrictEqual(['d7', 'd2', 'd3'])
    expect(due(8, 2)).toStrictEqual(['d7', 'd2'])
    expect(due(100)).toStrictEqual(['d7', 'd2', 'd3', 'd1'])
    const open = catalog.reader.openDeletions(undefined, 9).map(({ id }) => id)
    expect(open).toStrictEqual(['d4', 'd5'])
    const drained = ['d1', 'd6', 'd7'].filter(catalog.reader.isFlowBeingDrained)
    expect(drained).toStrictEqual(['d1', 'd7'])
    catalog.close()
  })

  it('are open until they are over, flow by flow', () => {
    const catalog = catalogOfEvents(
      requested('d3', 'b'),
      requested('d1', 'b'),
      requested('d4', 'a', true),
      started('d4'),
      requested('d2', 'c', true),
      started('d2'),
      completed('d2', 60),
      requested('d5', 'd', true),
      failed('d5', 60),
    )
    const open = (after?: { id: string; flow_id: string }) =>
      catalog.reader.openDeletions(after, 2).map(({ id }) => id)
    expect(open()).toStrictEqual(['d4', 'd1'])
    expect(open({ flow_id: 'b', id: 'd1' })).toStrictEqual(['d3'])
    const drained = ['a', 'b', 'c', 'd'].filter(catalog.reader.isFlowBeingDrained)
    expect(drained).toStrictEqual(['a'])
    const losing = ['a', 'b', 'c', 'd'].filter(catalog.reader.isLosingSegments)
    expect(losing).toStrictEqual(['b'])
    catalog.close()
  })

  it('expire one after the other', () => {
    const events = [
      requested('open'),
      requested('late'),
      failed('late', 60),
      requested('soon'),
      failed('soon', 1),
    ]
    const catalog = catalogOfEvents(...events)
    const [first] = recorded(events)
    const expired = (seconds: number, limit = 10) =>
      catalog.reader.expiredDeletions((first?.timeMs ?? 0) + seconds * 1000, limit)
    expect([expired(0), expired(2), expired(62), expired(62, 1)]).toStrictEqual([
      [],
      ['soon'],
      ['soon', 'late'],
      ['soon'],
    ])
    catalog.close()
  })
})
