import { DataType, type Field } from 'apache-arrow'
import type { Builder } from 'flatbuffers'
import { VastDbError } from '../vast-db-error.ts'
import { Binary } from '../wire/generated/arrow/binary.ts'
import { Bool } from '../wire/generated/arrow/bool.ts'
import { Date as ArrowDate } from '../wire/generated/arrow/date.ts'
import { Decimal } from '../wire/generated/arrow/decimal.ts'
import { Field as WireField } from '../wire/generated/arrow/field.ts'
import { FixedSizeBinary } from '../wire/generated/arrow/fixed-size-binary.ts'
import { FixedSizeList } from '../wire/generated/arrow/fixed-size-list.ts'
import { FloatingPoint } from '../wire/generated/arrow/floating-point.ts'
import { Int } from '../wire/generated/arrow/int.ts'
import { List } from '../wire/generated/arrow/list.ts'
import { Map as ArrowMap } from '../wire/generated/arrow/map.ts'
import { Struct_ } from '../wire/generated/arrow/struct-.ts'
import { Time } from '../wire/generated/arrow/time.ts'
import { Timestamp } from '../wire/generated/arrow/timestamp.ts'
import { Type } from '../wire/generated/arrow/type.ts'
import { Utf8 } from '../wire/generated/arrow/utf8.ts'

/**
 * A column of a query's schema, with its children.
 * @param named constants have a type, and no name
 */
export function encodeField(builder: Builder, field: Field, named = true): number {
  const children = (field.type.children ?? []).map((child: Field) => encodeField(builder, child, named))
  const childVector = WireField.createChildrenVector(builder, children)
  const name = named ? builder.createString(field.name) : 0
  const { tag, offset } = encodeType(builder, field.type)
  WireField.startField(builder)
  if (named) WireField.addName(builder, name)
  WireField.addNullable(builder, field.nullable)
  WireField.addTypeType(builder, tag)
  WireField.addType(builder, offset)
  WireField.addChildren(builder, childVector)
  return WireField.endField(builder)
}

type Encoded = { readonly tag: Type; readonly offset: number }

function encodeType(builder: Builder, type: DataType): Encoded {
  const as = (tag: Type, offset: number): Encoded => ({ tag, offset })
  if (DataType.isInt(type)) return as(Type.Int, Int.createInt(builder, type.bitWidth, type.isSigned))
  if (DataType.isFloat(type))
    return as(Type.FloatingPoint, FloatingPoint.createFloatingPoint(builder, type.precision))
  if (DataType.isUtf8(type)) return as(Type.Utf8, empty(builder, Utf8.startUtf8, Utf8.endUtf8))
  if (DataType.isBinary(type)) return as(Type.Binary, empty(builder, Binary.startBinary, Binary.endBinary))
  if (DataType.isBool(type)) return as(Type.Bool, empty(builder, Bool.startBool, Bool.endBool))
  if (DataType.isFixedSizeBinary(type))
    return as(Type.FixedSizeBinary, FixedSizeBinary.createFixedSizeBinary(builder, type.byteWidth))
  if (DataType.isDecimal(type))
    return as(Type.Decimal, Decimal.createDecimal(builder, type.precision, type.scale, type.bitWidth))
  if (DataType.isDate(type)) return as(Type.Date, ArrowDate.createDate(builder, type.unit))
  if (DataType.isTime(type)) return as(Type.Time, Time.createTime(builder, type.unit, type.bitWidth))
  if (DataType.isTimestamp(type)) return as(Type.Timestamp, Timestamp.createTimestamp(builder, type.unit, 0))
  if (DataType.isFixedSizeList(type))
    return as(Type.FixedSizeList, FixedSizeList.createFixedSizeList(builder, type.listSize))
  if (DataType.isList(type)) return as(Type.List, empty(builder, List.startList, List.endList))
  if (DataType.isStruct(type))
    return as(Type.Struct_, empty(builder, Struct_.startStruct_, Struct_.endStruct_))
  if (DataType.isMap(type)) return as(Type.Map, ArrowMap.createMap(builder, type.keysSorted))
  throw new VastDbError('bad_argument', `the server has no columns of the type ${type}`)
}

function empty(
  builder: Builder,
  start: (builder: Builder) => void,
  end: (builder: Builder) => number,
): number {
  start(builder)
  return end(builder)
}
