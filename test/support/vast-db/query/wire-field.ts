import {
  Binary,
  Bool,
  type DataType,
  Date_,
  Decimal,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  List,
  Map_,
  Struct,
  Time,
  Timestamp,
  Utf8,
} from 'apache-arrow'
import { Date as WireDate } from '../../../../services/adapters/vast-db/wire/generated/arrow/date.ts'
import { Decimal as WireDecimal } from '../../../../services/adapters/vast-db/wire/generated/arrow/decimal.ts'
import type { Field as WireField } from '../../../../services/adapters/vast-db/wire/generated/arrow/field.ts'
import { FixedSizeBinary as WireFixedSizeBinary } from '../../../../services/adapters/vast-db/wire/generated/arrow/fixed-size-binary.ts'
import { FixedSizeList as WireFixedSizeList } from '../../../../services/adapters/vast-db/wire/generated/arrow/fixed-size-list.ts'
import { FloatingPoint as WireFloat } from '../../../../services/adapters/vast-db/wire/generated/arrow/floating-point.ts'
import { Int as WireInt } from '../../../../services/adapters/vast-db/wire/generated/arrow/int.ts'
import { Map as WireMap } from '../../../../services/adapters/vast-db/wire/generated/arrow/map.ts'
import { Time as WireTime } from '../../../../services/adapters/vast-db/wire/generated/arrow/time.ts'
import { Timestamp as WireTimestamp } from '../../../../services/adapters/vast-db/wire/generated/arrow/timestamp.ts'
import { Type as WireType } from '../../../../services/adapters/vast-db/wire/generated/arrow/type.ts'
import { badRequest } from '../refusal.ts'

/** A column of a query's schema, or the type of a literal, as Arrow's own. */
export function fieldOf(wire: WireField): Field {
  return new Field(wire.name() ?? '', typeOf(wire), wire.nullable())
}

function typeOf(wire: WireField): DataType {
  const plain = PLAIN[wire.typeType()]
  if (plain) return plain(wire)
  const children = childrenOf(wire)
  const [child] = children
  if (wire.typeType() === WireType.Struct_) return new Struct(children)
  if (!child || children.length !== 1)
    throw badRequest(`a column of type ${wire.typeType()} cannot be queried`)
  if (wire.typeType() === WireType.List) return new List(child)
  if (wire.typeType() === WireType.FixedSizeList) {
    const { listSize } = { listSize: wire.type<never>(new WireFixedSizeList()) as WireFixedSizeList }
    return new FixedSizeList(listSize.listSize(), child)
  }
  throw badRequest(`a column of type ${wire.typeType()} cannot be queried`)
}

const childrenOf = (wire: WireField): Field[] =>
  Array.from({ length: wire.childrenLength() }, (_, at) => fieldOf(wire.children(at) as WireField))

const PLAIN: Record<number, (wire: WireField) => DataType> = {
  [WireType.Bool]: () => new Bool(),
  [WireType.Utf8]: () => new Utf8(),
  [WireType.Binary]: () => new Binary(),
  [WireType.Int](wire) {
    const type: WireInt = wire.type(new WireInt())
    return new Int(type.isSigned(), type.bitWidth() as 8)
  },
  [WireType.FloatingPoint]: (wire) => new Float((wire.type(new WireFloat()) as WireFloat).precision()),
  [WireType.FixedSizeBinary]: (wire) =>
    new FixedSizeBinary((wire.type(new WireFixedSizeBinary()) as WireFixedSizeBinary).byteWidth()),
  [WireType.Date]: (wire) => new Date_((wire.type(new WireDate()) as WireDate).unit()),
  [WireType.Time](wire) {
    const type: WireTime = wire.type(new WireTime())
    return new Time(type.unit(), type.bitWidth() as 32)
  },
  [WireType.Timestamp](wire) {
    const type: WireTimestamp = wire.type(new WireTimestamp())
    if (type.timezone()) throw badRequest('a query names no time zones')
    return new Timestamp(type.unit())
  },
  [WireType.Decimal](wire) {
    const type: WireDecimal = wire.type(new WireDecimal())
    return new Decimal(type.scale(), type.precision(), type.bitWidth())
  },
  [WireType.Map](wire) {
    const entries = wire.children(0)
    if (!entries || wire.childrenLength() !== 1 || !ENTRIES.has(entries.typeType())) {
      throw badRequest('a map has one child of keys and values')
    }
    const type: WireMap = wire.type(new WireMap())
    return new Map_(new Field('entries', new Struct(childrenOf(entries)), false) as never, type.keysSorted())
  },
}

/** What the entries of a map are said to be: a struct, or by the official client a map. @see section 6.2 */
const ENTRIES: ReadonlySet<number> = new Set([WireType.Struct_, WireType.Map])
