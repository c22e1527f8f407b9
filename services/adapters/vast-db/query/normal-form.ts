import { VastDbError } from '../vast-db-error.ts'
import type { ColumnName, Comparison, Predicate, Value } from './predicate.ts'

/** A condition on one column, as the protocol has it. */
export type Test =
  | { readonly is: Comparison; readonly value: Value }
  /** Text from these bytes on, or below them. */
  | { readonly is: 'greater_equal' | 'less'; readonly bytes: Uint8Array }
  | { readonly is: 'is_null' | 'is_valid' }
  | { readonly is: 'match_substring'; readonly part: string }

/** One test, or two comparisons that must both hold. */
export type Range = readonly [Test] | readonly [Test, Test]

/** Alternatives, all of one column. */
export type Clause = { readonly column: readonly string[]; readonly ranges: readonly Range[] }

/** All clauses hold; `undefined`: nothing can satisfy it. */
export type Filter = readonly Clause[] | undefined

/** Names of the columns that a predicate looks at. */
export const columnsIn = (predicate: Predicate): readonly string[] =>
  'of' in predicate ? predicate.of.flatMap(columnsIn) : pathOf(predicate.column).slice(0, 1)

/**
 * The server takes one form only: clauses that all hold, each made of alternatives about one column.
 * @throws VastDbError `unsupported_predicate`
 */
export function normalForm(predicate: Predicate): Filter {
  switch (predicate.is) {
    case 'and':
      return allOf(predicate.of.map(normalForm))
    case 'or':
      return anyOf(predicate.of.map(normalForm))
    case 'starting':
      return [{ column: pathOf(predicate.column), ranges: [startingWith(predicate.prefix)] }]
    default:
      return [{ column: pathOf(predicate.column), ranges: [[testOf(predicate)]] }]
  }
}

type Simple = Exclude<Predicate, { readonly is: 'and' | 'or' | 'starting' }>

function testOf(predicate: Simple): Test {
  switch (predicate.is) {
    case 'comparison':
      return { is: predicate.by, value: predicate.value }
    case 'containing':
      return { is: 'match_substring', part: predicate.part }
    case 'null':
      return { is: 'is_null' }
    case 'valid':
      return { is: 'is_valid' }
  }
}

function allOf(filters: readonly Filter[]): Filter {
  const clauses: Clause[] = []
  for (const filter of filters) {
    if (!filter) return undefined
    clauses.push(...filter)
  }
  return clauses
}

function anyOf(filters: readonly Filter[]): Filter {
  const possible = filters.filter((filter) => filter !== undefined)
  if (possible.some((filter) => filter.length === 0)) return [] // One of them holds for all rows.
  const [first, ...others] = possible.map(oneClause)
  if (!first) return undefined
  for (const { column } of others)
    if (!sameColumn(column, first.column)) throw unsupported('alternatives are about different columns')
  return [{ column: first.column, ranges: [first, ...others].flatMap(({ ranges }) => ranges) }]
}

/** Two clauses about one column are one, if each of them is one comparison. */
function oneClause(clauses: readonly Clause[]): Clause {
  const [one, two, ...more] = clauses
  if (one && !two) return one
  const [low, high] = [one?.ranges, two?.ranges].map((ranges) =>
    ranges?.length === 1 && ranges[0]?.length === 1 ? ranges[0][0] : undefined,
  )
  if (!one || !two || more.length > 0 || !low || !high || !sameColumn(one.column, two.column))
    throw unsupported('an alternative is more than a range of one column')
  return { column: one.column, ranges: [[low, high]] }
}

function startingWith(prefix: string): Range {
  const bytes = Buffer.from(prefix)
  const last = bytes.at(-1)
  if (last === undefined) return [{ is: 'is_valid' }]
  // No byte of UTF-8 is 255: the last one has room for one more.
  const next = Uint8Array.from([...bytes.subarray(0, -1), last + 1])
  return [
    { is: 'greater_equal', bytes },
    { is: 'less', bytes: next },
  ]
}

const pathOf = (column: ColumnName): readonly string[] => (typeof column === 'string' ? [column] : column)

const sameColumn = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((name, at) => name === right[at])

const unsupported = (why: string) => new VastDbError('unsupported_predicate', `no server can do this: ${why}`)
