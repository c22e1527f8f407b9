import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { ObjectEvent } from '../../../../contracts/events/object-events.ts'
import { openCatalogForReading } from '../../../../projections/catalog/catalog-database.ts'
import { catalogOfEvents } from '../../../support/catalog-of-events.ts'

const copy = (object_id: string, storage_id: string) => ({ object_id, storage_id, key: `${object_id}-key` })
const requested = (object_id: string, storage_id = 'shelf'): ObjectEvent => ({
  type: 'InstanceRequested',
  data: copy(object_id, storage_id),
})

describe('open copies', () => {
  const catalog = catalogOfEvents(
    requested('b'),
    requested('a'),
    requested('c', 'cloud'),
    requested('stored'),
    requested('removed'),
    requested('failed'),
    requested('retired'),
    requested('d'),
    { type: 'InstanceStored', data: copy('stored', 'shelf') },
    { type: 'InstanceRemoved', data: copy('removed', 'shelf') },
    { type: 'InstanceFailed', data: { ...copy('failed', 'shelf'), error: { type: 'x', summary: 'y' } } },
    { type: 'ObjectRetired', data: { object_id: 'retired' } },
    requested('failed'),
  )
  afterAll(catalog.close)

  it('are those to a backend that nothing has ended, in the order they were asked for', () => {
    const open = catalog.reader.openCopies('shelf', 0, 10)
    expect(open).toEqual([
      { ...copy('b', 'shelf'), position: 1 },
      { ...copy('a', 'shelf'), position: 2 },
      { ...copy('d', 'shelf'), position: 8 },
      { ...copy('failed', 'shelf'), position: 13 },
    ])
    expect(catalog.reader.openCopies('shelf', 2, 1)).toEqual(open.slice(2, 3))
    expect(catalog.reader.openCopies('shelf', 13, 10)).toEqual([])
    expect(catalog.reader.countOpenCopies()).toBe(5)
  })

  it('are found by an index', () => {
    const database = openCatalogForReading(join(catalog.folder, 'catalog.db'))
    const sql = 'SELECT * FROM copies WHERE storage_id = ? AND position > ? ORDER BY position LIMIT +?'
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    database.close()
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH copies USING INDEX copies_by_storage \(storage_id=\? AND position>\?\)/),
    ])
  })
})
