import { Data, DataType } from 'apache-arrow'
import { badRequest } from '../refusal.ts'

/** No row has it: a share of a table that is read to its end goes on there. */
export const NO_ROW = 2 ** 48 - 1

/**
 * Row ids of sorted tables are decimals; only their low 56 bits are said to count up. More is set here, so that who
 * takes them for integers of 64 bits is found out.
 */
const ABOVE = 1n << 64n

export const wireId = (id: number, type: DataType): bigint =>
  (DataType.isDecimal(type) ? ABOVE : 0n) + BigInt(id)

/** Row ids as a column of their type on the wire. */
export function rowIdColumn(type: DataType, ids: Float64Array): Data {
  if (DataType.isDecimal(type)) return new Data(type, 0, ids.length, 0, [undefined, decimals(ids)] as never)
  const ArrayType = type.ArrayType as BigUint64ArrayConstructor
  const values = new ArrayType(ids.length)
  for (let at = 0; at < ids.length; at++) values[at] = BigInt(ids[at] as number)
  return new Data(type, 0, ids.length, 0, [undefined, values] as never)
}

function decimals(ids: Float64Array): Uint32Array {
  const words = new Uint32Array(ids.length * 4)
  for (const [at, id] of ids.entries()) {
    words[at * 4] = id % 2 ** 32
    words[at * 4 + 1] = Math.floor(id / 2 ** 32)
    words[at * 4 + 2] = Number(ABOVE >> 64n)
  }
  return words
}

/** The ids a statement names, in its order. @throws Refusal unless they ascend */
export function readRowIds(column: Data, type: DataType): Float64Array {
  if (column.nullCount > 0) throw badRequest('a row id is NULL')
  const ids = new Float64Array(column.length)
  const { values, stride } = column
  for (let at = 0; at < ids.length; at++) {
    ids[at] = DataType.isDecimal(type) ? decimalId(values, at * stride) : integerId(values[at] as bigint)
    if (at > 0 && (ids[at] as number) <= (ids[at - 1] as number)) throw notAscending()
  }
  return ids
}

function integerId(value: bigint): number {
  if (value < 0n || value >= BigInt(NO_ROW)) throw badRequest(`${value} is no row id`)
  return Number(value)
}

function decimalId(words: Uint32Array, at: number): number {
  const [low, high, above, most] = words.subarray(at, at + 4) as unknown as [number, number, number, number]
  if (BigInt(above) << 64n !== ABOVE || most !== 0) throw badRequest('no row id of this table')
  return integerId(BigInt(high) * 2n ** 32n + BigInt(low))
}

const notAscending = () => badRequest('Found duplicate row ids or not in ascending order')
