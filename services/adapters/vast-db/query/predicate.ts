/** A column, or the path to a leaf of a struct column: `['technical', 'width']`. */
export type ColumnName = string | readonly string[]

/**
 * A constant. What it may be depends on the column: integers as number or bigint; decimals as text (`'-1.50'`) or
 * as bigint (how many of the last digit); dates as days, times and timestamps as bigint in the column's unit;
 * Date for dates and timestamps; arrays of numbers for lists of a fixed size.
 */
export type Value = boolean | number | bigint | string | Uint8Array | Date | readonly (number | bigint)[]

export type Comparison = 'equal' | 'not_equal' | 'greater' | 'greater_equal' | 'less' | 'less_equal'

/**
 * Which rows. Null satisfies no comparison, `not_equal` neither: isNull alone finds it. Text and bytes compare
 * byte by byte. The server knows alternatives of one column only: `or` over several is refused.
 */
export type Predicate =
  | { readonly is: 'comparison'; readonly by: Comparison; readonly column: ColumnName; readonly value: Value }
  | { readonly is: 'null' | 'valid'; readonly column: ColumnName }
  | { readonly is: 'starting'; readonly column: ColumnName; readonly prefix: string }
  | { readonly is: 'containing'; readonly column: ColumnName; readonly part: string }
  | { readonly is: 'and' | 'or'; readonly of: readonly Predicate[] }

const comparison =
  (by: Comparison) =>
  (column: ColumnName, value: Value): Predicate => ({ is: 'comparison', by, column, value })

export const equal = comparison('equal')
export const notEqual = comparison('not_equal')
export const greater = comparison('greater')
export const greaterEqual = comparison('greater_equal')
export const less = comparison('less')
export const lessEqual = comparison('less_equal')

export const isNull = (column: ColumnName): Predicate => ({ is: 'null', column })
export const isValid = (column: ColumnName): Predicate => ({ is: 'valid', column })

/** Both ends belong to it. */
export const between = (column: ColumnName, low: Value, high: Value): Predicate =>
  or(and(greaterEqual(column, low), lessEqual(column, high)))

/** None of no values: no rows. */
export const isIn = (column: ColumnName, values: readonly Value[]): Predicate => ({
  is: 'or',
  of: values.map((value) => equal(column, value)),
})

export const startsWith = (column: ColumnName, prefix: string): Predicate => ({
  is: 'starting',
  column,
  prefix,
})
/** Upper and lower case are different. */
export const contains = (column: ColumnName, part: string): Predicate => ({ is: 'containing', column, part })

/** Of nothing: all rows. */
export const and = (...of: readonly Predicate[]): Predicate => ({ is: 'and', of })
/** Of nothing: no rows. */
export const or = (...of: readonly Predicate[]): Predicate => ({ is: 'or', of })
