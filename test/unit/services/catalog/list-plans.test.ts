import { join } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { parseTimeRange } from '../../../../contracts/time/timerange.ts'
import { createCatalogDatabase } from '../../../../projections/catalog/catalog-database.ts'
import { catalogWriter } from '../../../../projections/catalog/catalog-writer.ts'
import { catalogReader } from '../../../../services/catalog/catalog-reader.ts'
import {
  columnIs,
  flowCollectedBy,
  flowHasContentIn,
  sourceCollectedBy,
  tagExists,
  tagIsOneOf,
} from '../../../../services/catalog/conditions.ts'
import type { Condition } from '../../../../services/catalog/list-queries.ts'
import type { ListSort } from '../../../../services/catalog/list-sql.ts'
import { multiFlow, videoFlow } from '../../../support/flow-metadata.ts'
import { recorded } from '../../../support/recorded-events.ts'
import { temporaryFolder } from '../../../support/running-service.ts'

const tags = { genre: 'news', site: ['a', 'b'] }
const one = videoFlow('one', 'camera', { label: 'One', status: 'ingesting', tags })
const database = createCatalogDatabase(join(temporaryFolder(), 'catalog.db'))
afterAll(() => database.close())
catalogWriter(database).apply(
  recorded([
    { type: 'SourceCreated', data: { source: { id: 'camera', format: one.format, label: 'Camera', tags } } },
    { type: 'FlowCreated', data: { flow: one } },
    { type: 'FlowCreated', data: { flow: videoFlow('two', 'other camera', { tags: { other: 'x' } }) } },
    { type: 'SourceCreated', data: { source: { id: 'other camera', format: one.format } } },
    {
      type: 'SegmentsAdded',
      data: { flow_id: 'one', segments: [{ object_id: 'o', timerange: '[0:0_1:0)' }] },
    },
    { type: 'FlowCreated', data: { flow: multiFlow('all', 'show', { flow_collection: [{ id: 'one' }] }) } },
  ]),
)

const asked: string[] = []
/** The database, which writes down what it is asked. */
const listening = new Proxy(database, {
  get(target, name) {
    if (name === 'prepare') {
      return (sql: string) => {
        asked.push(sql)
        return target.prepare(sql)
      }
    }
    const value: unknown = Reflect.get(target, name)
    return typeof value === 'function' ? value.bind(target) : value
  },
}) satisfies DatabaseSyncInstance
expect(database).toBeInstanceOf(DatabaseSync)

type PlanLine = { readonly id: number; readonly parent: number; readonly detail: string }

/**
 * How SQLite goes about what is asked while `read` runs, by a reader that has prepared nothing before. What it
 * does for one row of the page is left out: it is about that row's own collections.
 */
function plansOf(read: (reader: ReturnType<typeof catalogReader>) => unknown): string[] {
  const reader = catalogReader(listening)
  asked.length = 0
  read(reader)
  return asked
    .filter((sql) => !sql.includes('AS wanted'))
    .flatMap((sql) => {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as PlanLine[]
      const ofOneRow = new Set<number>()
      for (const { id, parent, detail } of plan) {
        if (detail.startsWith('CORRELATED') || ofOneRow.has(parent)) ofOneRow.add(id)
      }
      return plan.filter(({ id }) => !ofOneRow.has(id)).map(({ detail }) => detail)
    })
}

const sorts: readonly ListSort[] = ['created', 'updated', 'label']
const orders = sorts.flatMap((sort) => [false, true].map((reverse) => ({ sort, reverse })))
const range = (text: string) => flowHasContentIn(parseTimeRange(text))

const flowFilters: Record<string, readonly Condition[]> = {
  source_id: columnIs('source_id', 'camera'),
  format: columnIs('format', one.format),
  codec: columnIs('codec', 'video/h264'),
  label: columnIs('label', 'One'),
  status: columnIs('status', 'ingesting'),
  frame_width: columnIs('frame_width', 1920),
  frame_height: columnIs('frame_height', 1080),
  init_segments: columnIs('init_segments', 0),
  'a tag': [tagIsOneOf('flows', 'genre', ['news'])],
  'one of two tags': [tagIsOneOf('flows', 'site', ['a', 'b'])],
  'having a tag': [tagExists('flows', 'genre', true)],
  'lacking a tag': [tagExists('flows', 'genre', false)],
  'being collected': [flowCollectedBy(['all', 'none'])],
  'not being collected': [flowCollectedBy([])],
  'a timerange': range('[0:0_10:0)'),
  'no content': range('()'),
  'two at once': [...columnIs('format', one.format), ...columnIs('status', 'ingesting')],
}
const sourceFilters: Record<string, readonly Condition[]> = {
  format: columnIs('format', one.format),
  label: columnIs('label', 'Camera'),
  'a tag': [tagIsOneOf('sources', 'genre', ['news'])],
  'having a tag': [tagExists('sources', 'genre', true)],
  'lacking a tag': [tagExists('sources', 'genre', false)],
  'being collected': [sourceCollectedBy(['show'])],
  'not being collected': [sourceCollectedBy([])],
}

/** Goes through all of a table or an index. What is made for the page, and lists of values, are small. */
const isScan = (line: string): boolean =>
  /^SCAN /.test(line) && !/VIRTUAL TABLE|^SCAN \(|CONSTANT ROW|^SCAN (found|tag_sets|names)\b/.test(line)
const sorts_ = (line: string): boolean => line.includes('TEMP B-TREE FOR ORDER BY')

describe.each([
  ['flows', flowFilters],
  ['sources', sourceFilters],
] as const)('a list of %s', (list, filters) => {
  const facets = list === 'flows' ? 'flow_facets' : 'source_facets'
  const cases = Object.entries(filters).flatMap(([name, conditions]) =>
    orders.map((order) => ({ name, conditions, ...order })),
  )

  it.each(cases)(
    'filtered by $name, by $sort, reverse $reverse, walks what passes in order',
    ({ conditions, sort, reverse }) => {
      for (const from of [undefined, [sort === 'label' ? '0' : 1, 1]]) {
        const plans = plansOf((reader) =>
          reader[list]({ conditions, sort, reverse, limit: 1, ...(from && { from }) }),
        )
        expect(plans.filter(isScan)).toStrictEqual([])
        const bound = from ? `(facet=? AND ` : '(facet=?'
        const walk = `SEARCH walked USING COVERING INDEX ${facets}_by_${sort} ${bound}`
        expect(plans.filter((line) => line.startsWith(walk)).length).toBeGreaterThan(0)
        expect(plans.filter(sorts_)).toStrictEqual([])
      }
    },
  )

  it.each(orders)(
    'of all, by $sort, reverse $reverse, walks the index of that order',
    ({ sort, reverse }) => {
      const first = plansOf((reader) => reader[list]({ conditions: [], sort, reverse, limit: 1 }))
      expect(first.filter(isScan)).toStrictEqual([`SCAN ${list} USING INDEX ${list}_by_${sort}`])
      const from = [sort === 'label' ? '0' : 1, 1]
      const next = plansOf((reader) => reader[list]({ conditions: [], sort, reverse, limit: 1, from }))
      expect(next.filter(isScan)).toStrictEqual([])
      expect([...first, ...next].filter(sorts_)).toStrictEqual([])
    },
  )
})
