import { type Data, Field, Int32, vectorFromArray } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { predicateOf } from '../../../support/vast-db/query/predicate.ts'
import { NO_ROW } from '../../../support/vast-db/query/row-id.ts'
import { pages, type Selection, scan } from '../../../support/vast-db/query/scan.ts'
import { idAt } from '../../../support/vast-db/store/chunk.ts'
import { deleteRows, insertRows, updateRows } from '../../../support/vast-db/store/rows.ts'
import { createTable, type Table } from '../../../support/vast-db/store/table.ts'

const TYPE = new Int32()
const column = (values: readonly (number | null)[]) =>
  new Map([[0, vectorFromArray(values, TYPE).data[0] as Data]])
const rows = (ids: readonly number[], values: readonly (number | null)[]) => ({
  ids: Float64Array.from(ids),
  columns: column(values),
})
const emptyTable = () => createTable(1, [new Field('a', TYPE, true)], [])

const WHOLE = { slot: 0, slots: 1, idsPerUnit: 65_536 }

function read(selections: Iterable<Selection>): [number, number | null][] {
  return [...selections].flatMap(({ chunk, rows: listed, start, length }) =>
    Array.from({ length }, (_, at): [number, number | null] => {
      const row = listed ? (listed[at] as number) : start + at
      const data = chunk.columns.get(0) as Data
      return [idAt(chunk, row), data.getValid(row) ? data.values[row] : null]
    }),
  )
}

const ACTIONS = fc.array(
  fc.record({
    kind: fc.constantFrom('insert', 'insert', 'update', 'delete'),
    values: fc.array(fc.option(fc.integer({ min: 0, max: 99 }), { nil: null }), {
      minLength: 1,
      maxLength: 9,
    }),
    gap: fc.constantFrom(0, 0, 3, 70_000),
    pick: fc.nat(),
  }),
  { maxLength: 40 },
)
type Action = typeof ACTIONS extends fc.Arbitrary<(infer A)[]> ? A : never

/** Does the same to a table and to a plain map. */
function history(actions: readonly Action[]): { table: Table; model: Map<number, number | null> } {
  let table = emptyTable()
  let next = 0
  const model = new Map<number, number | null>()
  for (const { kind, values, gap, pick } of actions) {
    const ids = [...model.keys()]
    const start = pick % Math.max(1, ids.length)
    const chosen = ids.slice(start, start + values.length)
    if (kind === 'insert') {
      const added = values.map((_, at) => next + gap + at)
      table = insertRows(table, rows(added, values))
      next += gap + values.length
      for (const [at, id] of added.entries()) model.set(id, values[at] ?? null)
    } else if (chosen.length > 0 && kind === 'update') {
      table = updateRows(table, rows(chosen, values.slice(0, chosen.length)))
      for (const [at, id] of chosen.entries()) model.set(id, values[at] ?? null)
    } else if (chosen.length > 0) {
      table = deleteRows(table, Float64Array.from(chosen))
      for (const id of chosen) model.delete(id)
    }
  }
  return { table, model }
}

describe('rows of a table', () => {
  it('are what a plain map holds after the same statements', () => {
    fc.assert(
      fc.property(ACTIONS, (actions) => {
        const { table, model } = history(actions)
        expect(read(scan(table.chunks, WHOLE, 0, undefined))).toEqual([...model])
        expect(table.rows).toBe(model.size)
      }),
    )
  })

  it('are shared out to sub-splits without a gap or a row twice, whatever the limit of a request', () => {
    const shares = fc.record({
      slots: fc.integer({ min: 1, max: 5 }),
      limit: fc.integer({ min: 1, max: 7 }),
      rowsPerPage: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(ACTIONS, shares, (actions, { slots, limit, rowsPerPage }) => {
        const { table, model } = history(actions)
        const all: [number, number | null][] = []
        for (let slot = 0; slot < slots; slot++) {
          for (let from = 0; from !== NO_ROW; ) {
            const scanned = scan(table.chunks, { slot, slots, idsPerUnit: 65_536 }, from, undefined)
            const sent = [...pages(scanned, { rowsPerPage, limit })]
            all.push(...sent.flatMap(({ selections }) => read(selections)))
            from = sent.at(-1)?.next ?? NO_ROW
          }
        }
        expect(all.sort(([a], [b]) => a - b)).toEqual([...model])
      }),
    )
  })

  it('are refused where an id is not there', () => {
    const table = insertRows(emptyTable(), rows([0, 1], [1, 2]))
    expect(() => updateRows(table, rows([1, 2], [5, 6]))).toThrow('there is no row 2')
    expect(() => deleteRows(deleteRows(table, Float64Array.of(0)), Float64Array.of(0))).toThrow(
      'there is no row 0',
    )
  })
})

const NODE = {
  source: { column: 0 },
  field: new Field('a', TYPE, true),
  path: [],
  type: TYPE,
  parent: undefined,
}
const OPERATORS = { equal: 0, not_equal: 0, greater: 0, greater_equal: 0, less: 0, less_equal: 0 }
const HOLDS: Record<keyof typeof OPERATORS, (a: number, b: number) => boolean> = {
  equal: (a, b) => a === b,
  not_equal: (a, b) => a !== b,
  greater: (a, b) => a > b,
  greater_equal: (a, b) => a >= b,
  less: (a, b) => a < b,
  less_equal: (a, b) => a <= b,
}
const comparison = fc.record({
  operator: fc.constantFrom(...(Object.keys(OPERATORS) as (keyof typeof OPERATORS)[])),
  value: fc.integer({ min: 0, max: 99 }),
})
const range = fc.oneof(
  fc.record({ is: fc.constantFrom('null' as const, 'valid' as const) }),
  fc.record({ all: fc.array(comparison, { minLength: 1, maxLength: 2 }) }),
)

describe('a predicate', () => {
  it('holds for the rows for which it does when each is looked at alone, and a comparison never for NULL', () => {
    const filters = fc.array(fc.array(range, { minLength: 1, maxLength: 4 }), { maxLength: 3 })
    fc.assert(
      fc.property(ACTIONS, filters, (actions, filter) => {
        const { table, model } = history(actions)
        const expected = [...model].filter(([, value]) =>
          filter.every((ranges) =>
            ranges.some((one) => {
              if ('is' in one) return (value === null) === (one.is === 'null')
              return (
                value !== null && one.all.every(({ operator, value: than }) => HOLDS[operator](value, than))
              )
            }),
          ),
        )
        const predicate = predicateOf(filter.map((ranges) => ({ node: NODE, ranges })))
        expect(read(scan(table.chunks, WHOLE, 0, predicate))).toEqual(expected)
      }),
    )
  })
})
