import type { Data } from 'apache-arrow'
import { type Chunk, idAt } from '../store/chunk.ts'
import type { Clause, Comparison, Operator, Range } from './filter.ts'
import { wireId } from './row-id.ts'
import { compare, type Scalar, type Scalars, scalarsOf } from './scalars.ts'

/** Those of some rows of a chunk that a filter holds for. */
export type Predicate = (chunk: Chunk, rows: Uint32Array) => Uint32Array

/** @returns undefined for a filter of no clauses, which holds for all */
export function predicateOf(clauses: readonly Clause[]): Predicate | undefined {
  if (clauses.length === 0) return undefined
  const tests = clauses.map((clause) => ({ clause, holds: anyOf(clause.ranges) }))
  return (chunk, rows) =>
    tests.reduce((left, { clause, holds }) => {
      const scalars = scalarsIn(chunk, clause)
      return left.length === 0 ? left : left.filter((row) => holds(scalars, row))
    }, rows)
}

function scalarsIn(chunk: Chunk, { node: { source, path, type } }: Clause): Scalars {
  if ('rowIds' in source) return { isNull: () => false, value: (row) => wireId(idAt(chunk, row), type) }
  const data: Data | undefined = chunk.columns.get(source.column)
  return data ? scalarsOf(data, path) : { isNull: () => true, value: () => 0 }
}

type Test = (scalars: Scalars, row: number) => boolean

/** NULL satisfies no comparison, `not_equal` included. */
function anyOf(ranges: readonly Range[]): Test {
  const holdsForNull = ranges.some((range) => 'is' in range && range.is === 'null')
  const holdsForValid = ranges.some((range) => 'is' in range && range.is === 'valid')
  const equals = new Set<unknown>()
  const others: ((value: Scalar | readonly Scalar[]) => boolean)[] = []
  for (const range of ranges) {
    const [one, another] = 'all' in range ? range.all : []
    if (one?.operator === 'equal' && !another && !Array.isArray(one.value)) equals.add(one.value)
    else if (!('is' in range)) others.push(valueTest(range))
  }
  // A set takes NaN to be itself, and a comparison does not.
  equals.delete(Number.NaN)
  return (scalars, row) => {
    if (scalars.isNull(row)) return holdsForNull
    if (holdsForValid) return true
    const value = scalars.value(row)
    return equals.has(value) || others.some((test) => test(value))
  }
}

function valueTest(range: Exclude<Range, { is: string }>): (value: Scalar | readonly Scalar[]) => boolean {
  if ('contains' in range) return (value) => (value as string).includes(range.contains)
  return (value) => range.all.every((comparison) => satisfies(value, comparison))
}

const satisfies = (value: Scalar | readonly Scalar[], { operator, value: than }: Comparison): boolean =>
  HOLDS[operator](compare(value, than))

const HOLDS: Record<Operator, (order: number) => boolean> = {
  equal: (order) => order === 0,
  not_equal: (order) => order !== 0,
  greater: (order) => order > 0,
  greater_equal: (order) => order >= 0,
  less: (order) => order < 0,
  less_equal: (order) => order <= 0,
}
