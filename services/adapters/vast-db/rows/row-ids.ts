import {
  type Data,
  DataType,
  Decimal,
  Field,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Uint64,
  type Vector,
} from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'

/** The column that is in every table, and in no list of its columns. */
export const ROW_ID = '$row_id'

/** Which rows: as the server told, of one table. */
export type RowIds = {
  readonly values: BigUint64Array | readonly bigint[]
  /** Those of a sorted table have 128 bits. */
  readonly wide: boolean
}

/** As large as an id of a sorted table may be: decimal128(38, 0). */
const wideType = () => new Decimal(0, 38, 128)

/** @param column a `$row_id` column that was selected, or that an insert answered with */
export function rowIdsOf(column: Vector): RowIds {
  const { type } = column
  if (column.nullCount > 0) throw new VastDbError('protocol', 'a row has no id')
  if (DataType.isInt(type) && type.bitWidth === 64 && !type.isSigned)
    return { values: column.toArray() as BigUint64Array, wide: false }
  if (!DataType.isDecimal(type) || type.bitWidth !== 128)
    throw new VastDbError('protocol', 'row ids of an unknown type')
  return madeLate(true, () => Array.from(column as Iterable<Uint32Array>, wideValue))
}

/** Whoever inserts a million rows may not ask for their ids, and bigints take long to make. */
function madeLate(wide: boolean, make: () => RowIds['values']): RowIds {
  let made: RowIds['values'] | undefined
  return {
    get values() {
      made ??= make()
      return made
    },
    wide,
  }
}

export function joinRowIds(parts: readonly RowIds[]): RowIds {
  const [only] = parts
  if (only && parts.length === 1) return only
  if (parts.some(({ wide }) => wide)) return madeLate(true, () => parts.flatMap(({ values }) => [...values]))
  const length = parts.reduce((sum, { values }) => sum + values.length, 0)
  const values = new BigUint64Array(length)
  let at = 0
  for (const part of parts) {
    values.set(part.values as BigUint64Array, at)
    at += part.values.length
  }
  return { values, wide: false }
}

/** A batch of the one column. */
export function rowIdColumn({ values, wide }: RowIds): RecordBatch {
  const type = wide ? wideType() : new Uint64()
  const field = new Field(ROW_ID, type, true)
  const child = wide ? wideData(values) : uint64Data(values)
  const data = makeData({ type: new Struct([field]), length: values.length, nullCount: 0, children: [child] })
  return new RecordBatch(new Schema([field]), data)
}

/**
 * @returns the places of the ids in ascending order; undefined if they are in it
 * @throws VastDbError `bad_argument`: one of them is there twice
 */
export function ascending({ values }: RowIds): Uint32Array | undefined {
  if (isAscending(values)) return undefined
  const order = Uint32Array.from({ length: values.length }, (_, index) => index)
  order.sort((left, right) => compare(values[left]!, values[right]!))
  for (let at = 1; at < order.length; at += 1)
    if (values[order[at]!] === values[order[at - 1]!])
      throw new VastDbError('bad_argument', `the row ${values[order[at]!]} is there twice`)
  return order
}

function isAscending(values: RowIds['values']): boolean {
  for (let at = 1; at < values.length; at += 1) if (values[at - 1]! >= values[at]!) return false
  return true
}

const compare = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0)

const uint64Data = (values: RowIds['values']): Data =>
  makeData({ type: new Uint64(), data: BigUint64Array.from(values), nullCount: 0 })

function wideData(values: RowIds['values']): Data {
  const words = new BigUint64Array(values.length * 2)
  for (const [at, value] of values.entries()) {
    words[2 * at] = BigInt.asUintN(64, value)
    words[2 * at + 1] = BigInt.asUintN(64, value >> 64n)
  }
  return makeData({
    type: wideType(),
    length: values.length,
    nullCount: 0,
    data: new Uint32Array(words.buffer),
  })
}

const wideValue = (words: Uint32Array): bigint =>
  words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n)
