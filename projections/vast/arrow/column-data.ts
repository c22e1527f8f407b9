import { type Data, makeData } from 'apache-arrow'
import type { Timestamp } from '../../../contracts/time/timestamp.ts'
import type { ColumnKind } from '../tables/column.ts'
import { ARROW_TYPES } from './arrow-schema.ts'

type ValueAt = (index: number) => unknown

/** The buffers of a column. @param valueAt gives what the kind says, null or undefined for nothing */
export function columnData(kind: ColumnKind, length: number, valueAt: ValueAt): Data {
  const { nullCount, nullBitmap } = validity(length, valueAt)
  const type = ARROW_TYPES[kind]
  return makeData({ type, length, nullCount, nullBitmap, ...BUFFERS[kind](length, valueAt) } as never)
}

type Buffers = {
  readonly data?: NodeJS.TypedArray
  readonly valueOffsets?: Int32Array
  readonly child?: Data
}

const BUFFERS: Readonly<Record<ColumnKind, (length: number, valueAt: ValueAt) => Buffers>> = {
  text: textBuffers,
  integer: bigints((value) => BigInt(value as number | bigint)),
  time_ms: bigints((value) => BigInt(value as number)),
  time_us: bigints((value) => value as bigint),
  small: (length, valueAt) => {
    const data = new Int32Array(length)
    for (let index = 0; index < length; index++) data[index] = (valueAt(index) as number | null) ?? 0
    return { data }
  },
  boolean: (length, valueAt) => ({ data: bitmap(length, (index) => valueAt(index) === true) }),
  seconds: decimals((value) => {
    const { seconds, nanoseconds } = value as Timestamp
    return BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)
  }),
  decimal: decimals((value) => value as bigint),
  whole: decimals((value) => value as bigint),
  texts: (length, valueAt) => {
    const valueOffsets = new Int32Array(length + 1)
    const items: string[] = []
    for (let index = 0; index < length; index++) {
      for (const item of (valueAt(index) as readonly string[] | null) ?? []) items.push(item)
      valueOffsets[index + 1] = items.length
    }
    return { valueOffsets, child: columnData('text', items.length, (index) => items[index]) }
  },
}

function bigints(bigintOf: (value: unknown) => bigint): (length: number, valueAt: ValueAt) => Buffers {
  return (length, valueAt) => {
    const data = new BigInt64Array(length)
    for (let index = 0; index < length; index++) {
      const value = valueAt(index)
      if (value !== null && value !== undefined) data[index] = bigintOf(value)
    }
    return { data }
  }
}

/** 128 bits each, the low half first. */
function decimals(unscaledOf: (value: unknown) => bigint): (length: number, valueAt: ValueAt) => Buffers {
  return (length, valueAt) => {
    const halves = new BigInt64Array(2 * length)
    for (let index = 0; index < length; index++) {
      const value = valueAt(index)
      if (value === null || value === undefined) continue
      const unscaled = unscaledOf(value)
      halves[2 * index] = BigInt.asIntN(64, unscaled)
      halves[2 * index + 1] = unscaled >> 64n
    }
    return { data: new Uint32Array(halves.buffer) }
  }
}

function textBuffers(length: number, valueAt: ValueAt): Buffers {
  const valueOffsets = new Int32Array(length + 1)
  let bytes = 0
  for (let index = 0; index < length; index++) {
    const text = valueAt(index) as string | null | undefined
    if (text) bytes += Buffer.byteLength(text)
    valueOffsets[index + 1] = bytes
  }
  const data = Buffer.allocUnsafeSlow(bytes)
  for (let index = 0; index < length; index++) {
    const text = valueAt(index) as string | null | undefined
    if (text) data.write(text, valueOffsets[index]!)
  }
  return { valueOffsets, data }
}

/** Without nulls there is no bitmap. */
function validity(length: number, valueAt: ValueAt) {
  let nullCount = 0
  for (let index = 0; index < length; index++) if (isNull(valueAt(index))) nullCount++
  if (nullCount === 0) return { nullCount, nullBitmap: undefined }
  return { nullCount, nullBitmap: bitmap(length, (index) => !isNull(valueAt(index))) }
}

const isNull = (value: unknown): boolean => value === null || value === undefined

function bitmap(length: number, isSet: (index: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8))
  for (let index = 0; index < length; index++) if (isSet(index)) bits[index >> 3]! |= 1 << (index & 7)
  return bits
}
