import { DataType, Field, List, util } from 'apache-arrow'
import type { Builder } from 'flatbuffers'
import { VastDbError } from '../vast-db-error.ts'
import { BinaryLiteral } from '../wire/generated/compute-ir/binary-literal.ts'
import { BooleanLiteral } from '../wire/generated/compute-ir/boolean-literal.ts'
import { DateLiteral } from '../wire/generated/compute-ir/date-literal.ts'
import { DecimalLiteral } from '../wire/generated/compute-ir/decimal-literal.ts'
import { FixedSizeBinaryLiteral } from '../wire/generated/compute-ir/fixed-size-binary-literal.ts'
import { Float16Literal } from '../wire/generated/compute-ir/float16literal.ts'
import { Float32Literal } from '../wire/generated/compute-ir/float32literal.ts'
import { Float64Literal } from '../wire/generated/compute-ir/float64literal.ts'
import { Int8Literal } from '../wire/generated/compute-ir/int8literal.ts'
import { Int16Literal } from '../wire/generated/compute-ir/int16literal.ts'
import { Int32Literal } from '../wire/generated/compute-ir/int32literal.ts'
import { Int64Literal } from '../wire/generated/compute-ir/int64literal.ts'
import { ListLiteral } from '../wire/generated/compute-ir/list-literal.ts'
import { Literal } from '../wire/generated/compute-ir/literal.ts'
import { LiteralImpl } from '../wire/generated/compute-ir/literal-impl.ts'
import { StringLiteral } from '../wire/generated/compute-ir/string-literal.ts'
import { TimeLiteral } from '../wire/generated/compute-ir/time-literal.ts'
import { TimestampLiteral } from '../wire/generated/compute-ir/timestamp-literal.ts'
import { UInt8Literal } from '../wire/generated/compute-ir/uint8literal.ts'
import { UInt16Literal } from '../wire/generated/compute-ir/uint16literal.ts'
import { UInt32Literal } from '../wire/generated/compute-ir/uint32literal.ts'
import { UInt64Literal } from '../wire/generated/compute-ir/uint64literal.ts'
import {
  booleanValue,
  bytesValue,
  dateValue,
  decimalBytes,
  decimalValue,
  floatValue,
  integerValue,
  listValue,
  textValue,
  timestampValue,
} from './constant-value.ts'
import { encodeField } from './encode-field.ts'
import type { Value } from './predicate.ts'

type Impl = readonly [tag: LiteralImpl, offset: number]

/** Of what a column is compared with, to be given to each constant. */
export function encodeTypeOfConstant(builder: Builder, type: DataType, nullable: boolean): number {
  // Lists of a fixed size are compared with plain ones.
  const wireType = DataType.isFixedSizeList(type) ? new List(type.children[0]!) : type
  return encodeField(builder, new Field('', wireType, nullable), false)
}

/**
 * A constant, of the type of the column it is compared with.
 * @throws VastDbError `bad_argument`: no such value fits into the column
 */
export function encodeConstant(builder: Builder, type: DataType, typeOffset: number, value: Value): number {
  const [tag, offset] = encodeValue(builder, type, value)
  return literal(builder, tag, offset, typeOffset)
}

/** Text from a prefix on, or below it: the bytes need not be UTF-8. */
export function encodeBytesConstant(
  builder: Builder,
  type: DataType,
  typeOffset: number,
  bytes: Uint8Array,
): number {
  if (!DataType.isUtf8(type)) throw notText(type)
  const offset = StringLiteral.createStringLiteral(builder, builder.createString(bytes))
  return literal(builder, LiteralImpl.StringLiteral, offset, typeOffset)
}

export const notText = (type: DataType) =>
  new VastDbError('unsupported_predicate', `a column of the type ${type} has no text to search`)

function literal(builder: Builder, tag: LiteralImpl, offset: number, typeOffset: number): number {
  Literal.startLiteral(builder)
  Literal.addImplType(builder, tag)
  Literal.addImpl(builder, offset)
  Literal.addType(builder, typeOffset)
  return Literal.endLiteral(builder)
}

function encodeValue(builder: Builder, type: DataType, value: Value): Impl {
  if (DataType.isInt(type))
    return encodeInteger(builder, type, integerValue(type, value, type.bitWidth, type.isSigned))
  if (DataType.isFloat(type)) return encodeFloat(builder, type.precision, floatValue(type, value))
  if (DataType.isBool(type))
    return [
      LiteralImpl.BooleanLiteral,
      BooleanLiteral.createBooleanLiteral(builder, booleanValue(type, value)),
    ]
  if (DataType.isUtf8(type)) {
    const text = builder.createString(textValue(type, value))
    return [LiteralImpl.StringLiteral, StringLiteral.createStringLiteral(builder, text)]
  }
  if (DataType.isBinary(type)) {
    const bytes = BinaryLiteral.createValueVector(builder, bytesValue(type, value))
    return [LiteralImpl.BinaryLiteral, BinaryLiteral.createBinaryLiteral(builder, bytes)]
  }
  if (DataType.isFixedSizeBinary(type)) {
    const bytes = FixedSizeBinaryLiteral.createValueVector(builder, bytesValue(type, value, type.byteWidth))
    return [
      LiteralImpl.FixedSizeBinaryLiteral,
      FixedSizeBinaryLiteral.createFixedSizeBinaryLiteral(builder, bytes),
    ]
  }
  if (DataType.isDecimal(type)) {
    const bytes = DecimalLiteral.createValueVector(builder, decimalBytes(decimalValue(type, value)))
    return [LiteralImpl.DecimalLiteral, DecimalLiteral.createDecimalLiteral(builder, bytes)]
  }
  if (DataType.isDate(type))
    return [LiteralImpl.DateLiteral, DateLiteral.createDateLiteral(builder, dateValue(type, value))]
  if (DataType.isTime(type)) {
    const count = integerValue(type, value, type.bitWidth, true)
    return [LiteralImpl.TimeLiteral, TimeLiteral.createTimeLiteral(builder, count)]
  }
  if (DataType.isTimestamp(type)) {
    const count = timestampValue(type, value, type.unit)
    return [LiteralImpl.TimestampLiteral, TimestampLiteral.createTimestampLiteral(builder, count)]
  }
  if (DataType.isFixedSizeList(type)) {
    const { nullable, type: itemType } = type.children[0]!
    const itemTypeOffset = encodeTypeOfConstant(builder, itemType, nullable)
    const items = listValue(type, value, type.listSize).map((item) =>
      encodeConstant(builder, itemType, itemTypeOffset, item),
    )
    const vector = ListLiteral.createValuesVector(builder, items)
    return [LiteralImpl.ListLiteral, ListLiteral.createListLiteral(builder, vector)]
  }
  throw new VastDbError('unsupported_predicate', `nothing can be compared with a column of the type ${type}`)
}

function encodeInteger(builder: Builder, type: { isSigned: boolean; bitWidth: number }, value: bigint): Impl {
  const small = Number(value)
  switch (`${type.isSigned ? 'int' : 'uint'}${type.bitWidth}`) {
    case 'int8':
      return [LiteralImpl.Int8Literal, Int8Literal.createInt8Literal(builder, small)]
    case 'int16':
      return [LiteralImpl.Int16Literal, Int16Literal.createInt16Literal(builder, small)]
    case 'int32':
      return [LiteralImpl.Int32Literal, Int32Literal.createInt32Literal(builder, small)]
    case 'int64':
      return [LiteralImpl.Int64Literal, Int64Literal.createInt64Literal(builder, value)]
    case 'uint8':
      return [LiteralImpl.UInt8Literal, UInt8Literal.createUInt8Literal(builder, small)]
    case 'uint16':
      return [LiteralImpl.UInt16Literal, UInt16Literal.createUInt16Literal(builder, small)]
    case 'uint32':
      return [LiteralImpl.UInt32Literal, UInt32Literal.createUInt32Literal(builder, small)]
    default:
      return [LiteralImpl.UInt64Literal, UInt64Literal.createUInt64Literal(builder, value)]
  }
}

const [HALF, SINGLE] = [0, 1]

function encodeFloat(builder: Builder, precision: number, value: number): Impl {
  if (precision === HALF) {
    const bits = util.float64ToUint16(value)
    return [LiteralImpl.Float16Literal, Float16Literal.createFloat16Literal(builder, bits)]
  }
  if (precision === SINGLE)
    return [LiteralImpl.Float32Literal, Float32Literal.createFloat32Literal(builder, value)]
  return [LiteralImpl.Float64Literal, Float64Literal.createFloat64Literal(builder, value)]
}
