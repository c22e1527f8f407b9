import { type DataType, type DateUnit, TimeUnit } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'
import type { Value } from './predicate.ts'

type Misfit = (type: DataType, value: Value) => VastDbError

const misfit: Misfit = (type, value) =>
  new VastDbError(
    'bad_argument',
    `${typeof value === 'object' ? value.constructor.name : `${typeof value} ${value}`} is no value of a column of the type ${type}`,
  )

/** @throws VastDbError `bad_argument`: it is no whole number, or has more bits */
export function integerValue(type: DataType, value: Value, bits: number, signed: boolean): bigint {
  const whole =
    typeof value === 'bigint'
      ? value
      : typeof value === 'number' && Number.isSafeInteger(value)
        ? BigInt(value)
        : undefined
  if (whole === undefined) throw misfit(type, value)
  const fits = signed ? BigInt.asIntN(bits, whole) : BigInt.asUintN(bits, whole)
  if (fits !== whole) throw misfit(type, value)
  return whole
}

export function floatValue(type: DataType, value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value)
  throw misfit(type, value)
}

export function textValue(type: DataType, value: Value): string {
  if (typeof value === 'string') return value
  throw misfit(type, value)
}

export function booleanValue(type: DataType, value: Value): boolean {
  if (typeof value === 'boolean') return value
  throw misfit(type, value)
}

export function bytesValue(type: DataType, value: Value, width?: number): Uint8Array {
  if (value instanceof Uint8Array && (width === undefined || value.byteLength === width)) return value
  throw misfit(type, value)
}

export function listValue(type: DataType, value: Value, length: number): readonly (number | bigint)[] {
  if (Array.isArray(value) && value.length === length) return value
  throw misfit(type, value)
}

const UNITS_PER_MS: Readonly<Record<number, readonly [times: bigint, per: bigint]>> = {
  [TimeUnit.SECOND]: [1n, 1000n],
  [TimeUnit.MILLISECOND]: [1n, 1n],
  [TimeUnit.MICROSECOND]: [1000n, 1n],
  [TimeUnit.NANOSECOND]: [1_000_000n, 1n],
}
const MS_PER_DAY = 86_400_000n

/** How many of the column's unit since 1970: of a Date, only if it is a whole number of them. */
export function timestampValue(type: DataType, value: Value, unit: TimeUnit): bigint {
  if (!(value instanceof Date)) return integerValue(type, value, 64, true)
  const [times, per] = UNITS_PER_MS[unit]!
  return exactly(type, value, BigInt(value.getTime()) * times, per)
}

/** How many days since 1970. */
export function dateValue(type: DataType & { readonly unit: DateUnit }, value: Value): bigint {
  if (!(value instanceof Date)) return integerValue(type, value, 32, true)
  return exactly(type, value, BigInt(value.getTime()), MS_PER_DAY)
}

function exactly(type: DataType, value: Value, count: bigint, per: bigint): bigint {
  if (count % per !== 0n) throw misfit(type, value)
  return count / per
}

const DECIMAL = /^(-?)(\d{1,76})(?:\.(\d{1,76}))?$/
const DECIMAL_BITS = 128

/** How many of the last digit; a text is taken exactly, or not at all. */
export function decimalValue(
  type: DataType & { readonly precision: number; readonly scale: number },
  value: Value,
) {
  const unscaled =
    typeof value === 'string' ? unscaledOf(type, value) : integerValue(type, value, DECIMAL_BITS, true)
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString()
  if (digits.length > type.precision) throw misfit(type, value)
  return unscaled
}

function unscaledOf(type: DataType & { readonly scale: number }, text: string): bigint {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(text) ?? []
  if (whole === undefined) throw misfit(type, text)
  const digits = fraction.replace(/0+$/, '')
  if (digits.length > type.scale) throw misfit(type, text)
  const unscaled = BigInt(whole + digits.padEnd(type.scale, '0'))
  return sign === '-' ? -unscaled : unscaled
}

/** Least first, negative ones as two's complement. */
export function decimalBytes(unscaled: bigint): Uint8Array {
  const words = BigUint64Array.of(BigInt.asUintN(64, unscaled), BigInt.asUintN(64, unscaled >> 64n))
  return new Uint8Array(words.buffer)
}
