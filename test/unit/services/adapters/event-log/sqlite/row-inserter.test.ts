import { DatabaseSync } from '@photostructure/sqlite'
import { describe, expect, it } from 'vitest'
import { query } from '../../../../../../services/adapters/event-log/sqlite/query.ts'
import { rowInserter } from '../../../../../../services/adapters/event-log/sqlite/row-inserter.ts'

function aTable() {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a INTEGER, b TEXT)')
  const read = query<[number, string]>(db, 'SELECT a, b FROM t ORDER BY rowid')
  return { rows: rowInserter(db, 'INTO t', ['a', 'b']), read }
}

describe('inserting rows, many to a statement', () => {
  it.each([0, 1, 2, 3, 31, 32, 33, 63, 64, 100, 501])(
    'writes %i rows, each once, in the order added',
    (count) => {
      const { rows, read } = aTable()
      for (let n = 0; n < count; n++) rows.add(n, `text ${n}`)
      rows.flush()
      expect(read()).toEqual(Array.from({ length: count }, (_, n) => [n, `text ${n}`]))
    },
  )

  it('goes on after a flush', () => {
    const { rows, read } = aTable()
    rows.add(1, 'one')
    rows.flush()
    rows.flush()
    rows.add(2, 'two')
    rows.flush()
    expect(read()).toEqual([
      [1, 'one'],
      [2, 'two'],
    ])
  })

  it('forgets what is discarded before it was written', () => {
    const { rows, read } = aTable()
    rows.add(1, 'one')
    rows.discard()
    rows.add(2, 'two')
    rows.flush()
    expect(read()).toEqual([[2, 'two']])
  })
})
