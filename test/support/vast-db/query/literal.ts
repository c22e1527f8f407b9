import { DataType, Precision } from 'apache-arrow'
import { Encoding } from 'flatbuffers'
import type { Field as WireField } from '../../../../services/adapters/vast-db/wire/generated/arrow/field.ts'
import { ListLiteral } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/list-literal.ts'
import type { Literal } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/literal.ts'
import {
  LiteralImpl,
  unionToLiteralImpl,
} from '../../../../services/adapters/vast-db/wire/generated/compute-ir/literal-impl.ts'
import { StringLiteral } from '../../../../services/adapters/vast-db/wire/generated/compute-ir/string-literal.ts'
import { typeText } from '../arrow/column-types.ts'
import { badRequest } from '../refusal.ts'
import { bytesAsText, halfFloat, type Scalar } from './scalars.ts'
import { fieldOf } from './wire-field.ts'

/** The value a literal stands for. @throws Refusal where it is not of the type it is compared with */
export function literalValue(literal: Literal, type: DataType): Scalar | readonly Scalar[] {
  const said = fieldOf(literal.type() as WireField).type
  const item = DataType.isFixedSizeList(type) ? type.children[0] : undefined
  if (!item) {
    if (typeText(said, 'no zones') !== typeText(type, 'no zones')) throw mismatch(said, type)
    return scalarValue(literal, type)
  }
  // Written as a list of any length: compute IR knows no other.
  if (!DataType.isList(said) || literal.implType() !== LiteralImpl.ListLiteral) throw mismatch(said, type)
  const list: ListLiteral = literal.impl(new ListLiteral())
  return Array.from({ length: list.valuesLength() }, (_, at) =>
    scalarValue(list.values(at) as Literal, item.type),
  )
}

function scalarValue(literal: Literal, type: DataType): Scalar {
  const expected = literalFor(type)
  if (literal.implType() !== expected) {
    throw badRequest(`a literal for ${typeText(type)} is of kind ${expected}, not ${literal.implType()}`)
  }
  if (expected === LiteralImpl.StringLiteral) {
    const text: StringLiteral = literal.impl(new StringLiteral())
    return bytesAsText((text.value(Encoding.UTF8_BYTES) as Uint8Array | null) ?? new Uint8Array())
  }
  const value = unionToLiteralImpl(expected, (to) => literal.impl(to))
  if (value && 'valueArray' in value) {
    const bytes = value.valueArray() ?? new Int8Array()
    const unsigned = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return DataType.isDecimal(type) ? decimal(unsigned) : bytesAsText(unsigned)
  }
  if (!value || !('value' in value)) throw badRequest('a literal without a value')
  return asComparable(value.value as () => unknown, value, type)
}

function asComparable(read: () => unknown, of: object, type: DataType): Scalar {
  const value = read.call(of)
  if (typeof value === 'boolean') return Number(value)
  if (DataType.isFloat(type) && type.precision === Precision.HALF) return halfFloat(value as number)
  // Days and short times are held in 32 bits, and sent in 64.
  const isNarrow = DataType.isDate(type) || (DataType.isTime(type) && type.bitWidth === 32)
  return isNarrow ? Number(value) : (value as Scalar)
}

function decimal(bytes: Uint8Array): bigint {
  if (bytes.length !== 16) throw badRequest('a decimal takes 16 bytes')
  return BigInt.asIntN(
    128,
    bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n),
  )
}

/** @see section 6.3 */
function literalFor(type: DataType): LiteralImpl {
  if (DataType.isInt(type)) {
    const first = type.isSigned ? LiteralImpl.Int8Literal : LiteralImpl.UInt8Literal
    return first + Math.log2(type.bitWidth / 8)
  }
  if (DataType.isFloat(type)) return LiteralImpl.Float16Literal + type.precision
  if (DataType.isBool(type)) return LiteralImpl.BooleanLiteral
  if (DataType.isUtf8(type)) return LiteralImpl.StringLiteral
  if (DataType.isBinary(type)) return LiteralImpl.BinaryLiteral
  if (DataType.isFixedSizeBinary(type)) return LiteralImpl.FixedSizeBinaryLiteral
  if (DataType.isDate(type)) return LiteralImpl.DateLiteral
  if (DataType.isTime(type)) return LiteralImpl.TimeLiteral
  if (DataType.isTimestamp(type)) return LiteralImpl.TimestampLiteral
  if (DataType.isDecimal(type)) return LiteralImpl.DecimalLiteral
  throw badRequest(`nothing is compared with ${typeText(type)}`)
}

const mismatch = (said: DataType, type: DataType) =>
  badRequest(`a literal of ${typeText(said)} for a column of ${typeText(type)}`)
