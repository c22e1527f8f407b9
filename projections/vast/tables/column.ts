import type { Timestamp } from '../../../contracts/time/timestamp.ts'

/** What a column holds, by the name of its kind; any column may be null. */
type Values = {
  text: string
  /** 64 bits. */
  integer: number | bigint
  /** 32 bits. */
  small: number
  boolean: boolean
  /** An instant of a timeline or a length of time, in seconds with nine decimals: exact, and sorts. */
  seconds: Timestamp
  /** Billionths, told with nine decimals: sums of seconds, which may be longer than any time, and ratios. */
  decimal: bigint
  /** A whole number that 64 bits may not hold. */
  whole: bigint
  /** UTC, milliseconds since 1970: when something happened here. */
  time_ms: number
  /** UTC, microseconds since 1970: when the media is from, for people. */
  time_us: number | bigint
  texts: readonly string[]
}

export type ColumnKind = keyof Values

/** The columns of a table, in their order. */
export type Columns = Readonly<Record<string, ColumnKind>>

export type RowOf<C extends Columns> = { readonly [K in keyof C]: Values[C[K]] | null }

/** A table, declared once for all that write or read it. */
export type Table<C extends Columns = Columns> = {
  readonly name: string
  readonly columns: C
  /** Together they name one row. */
  readonly key: readonly (keyof C & string)[]
  /** What its rows lie in the order of. */
  readonly sortedBy: readonly (keyof C & string)[]
}
