import {
  Bool,
  type DataType,
  Decimal,
  Field,
  Int32,
  Int64,
  List,
  Schema,
  TimestampMicrosecond,
  TimestampMillisecond,
  Utf8,
} from 'apache-arrow'
import type { ColumnKind, Columns } from '../tables/column.ts'

/** 2^48 seconds have 15 digits. */
const SECONDS_PRECISION = 24
const SECONDS_SCALE = 9
/** As many digits as 128 bits hold. */
const MAX_PRECISION = 38

const item = new Field('item', new Utf8(), true)

/**
 * Types that VAST DB has too. Timestamps have no time zone, which it would drop before 5.4: their names and this
 * say that they are UTC.
 */
export const ARROW_TYPES: Readonly<Record<ColumnKind, DataType>> = {
  text: new Utf8(),
  integer: new Int64(),
  small: new Int32(),
  boolean: new Bool(),
  seconds: new Decimal(SECONDS_SCALE, SECONDS_PRECISION, 128),
  decimal: new Decimal(SECONDS_SCALE, MAX_PRECISION, 128),
  whole: new Decimal(0, MAX_PRECISION, 128),
  time_ms: new TimestampMillisecond(),
  time_us: new TimestampMicrosecond(),
  texts: new List(item),
}

/** Every column may be null: VAST DB takes no others. */
export const arrowSchema = (columns: Columns): Schema =>
  new Schema(Object.entries(columns).map(([name, kind]) => new Field(name, ARROW_TYPES[kind], true)))
