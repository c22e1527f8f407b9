import { describe, expect, it } from 'vitest'
import { addSchema, bucketOf, dropSchema, emptyDatabase } from '../../../support/vast-db/store/database.ts'
import { openTransactions, type Transaction } from '../../../support/vast-db/store/transactions.ts'

function given(nowMs = () => 0) {
  const transactions = openTransactions(emptyDatabase(['b']), { nowMs, expireAfterMs: 1000 })
  const names = ({ seen }: Transaction) => [...bucketOf(seen(), 'b').schemas.keys()]
  const create = (transaction: Transaction, schema: string) =>
    transaction.write({ holds: [[schema, 'exclusive']] }, (database) =>
      addSchema(database, { bucket: 'b', schema }, { properties: '', tables: new Map() }),
    )
  const drop = (transaction: Transaction, schema: string) =>
    transaction.write({ holds: [[schema, 'exclusive']] }, (database) =>
      dropSchema(database, { bucket: 'b', schema }),
    )
  const rows = (transaction: Transaction, ids: readonly number[]) =>
    transaction.write(
      { holds: [['t', 'shared']], rows: { table: 1, ids: Float64Array.from(ids) } },
      (same) => same,
    )
  return { transactions, names, create, drop, rows }
}

describe('transactions of the VAST DB server', () => {
  it('see their own writes, and no others until they begin anew', () => {
    const { transactions, names, create } = given()
    const [writer, reader] = [transactions.begin(), transactions.begin()]
    create(writer, 'x')
    expect([names(writer), names(reader)]).toEqual([['x'], []])
    transactions.commit(writer.id)
    expect([names(reader), names(transactions.begin())]).toEqual([[], ['x']])
  })

  it('keep what others committed meanwhile', () => {
    const { transactions, names, create } = given()
    const [one, other] = [transactions.begin(), transactions.begin()]
    create(one, 'one')
    create(other, 'other')
    transactions.commit(one.id)
    transactions.commit(other.id)
    expect(names(transactions.begin())).toEqual(['one', 'other'])
  })

  it('leave nothing behind when rolled back', () => {
    const { transactions, names, create } = given()
    const undone = transactions.begin()
    create(undone, 'x')
    transactions.rollBack(undone.id)
    const after = transactions.begin()
    create(after, 'x')
    expect(names(after)).toEqual(['x'])
  })

  it('are told at the statement when another writes the same', () => {
    const { transactions, create, rows } = given()
    const [one, other] = [transactions.begin(), transactions.begin()]
    create(one, 'x')
    expect(() => create(other, 'x')).toThrow('another transaction writes x')
    rows(one, [1, 2])
    rows(other, [3])
    expect(() => rows(other, [2])).toThrow('row 2 of table 1')
  })

  it('are told when another has written the same since they began', () => {
    const { transactions, create, drop } = given()
    const first = transactions.begin()
    create(first, 'x')
    transactions.commit(first.id)
    const [late, quick] = [transactions.begin(), transactions.begin()]
    drop(quick, 'x')
    transactions.commit(quick.id)
    expect(() => drop(late, 'x')).toThrow('another transaction has written x')
  })

  it('expire when nobody uses them, and not as long as somebody does', () => {
    let now = 0
    const { transactions } = given(() => now)
    const [used, left] = [transactions.begin(), transactions.begin()]
    now = 600
    transactions.find(used.id)
    now = 1200
    expect(transactions.find(used.id).id).toBe(used.id)
    expect(() => transactions.find(left.id)).toThrow(`there is no transaction ${left.id}`)
    expect(transactions.openCount()).toBe(1)
  })
})
