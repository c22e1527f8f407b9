import { DataType, type Field, TimeUnit, Type } from 'apache-arrow'
import { badRequest } from '../refusal.ts'

/**
 * A type as text: two types are the same where their texts are. The names of children of lists and maps do not count,
 * and the zone of a timestamp only if asked for.
 */
export function typeText(type: DataType, zones: 'zones' | 'no zones' = 'zones'): string {
  const text = (field: Field | undefined): string =>
    field ? `${typeText(field.type, zones)}${field.nullable ? '' : ' not null'}` : 'nothing'
  if (DataType.isList(type)) return `List<${text(type.children[0])}>`
  if (DataType.isFixedSizeList(type)) return `FixedSizeList<${text(type.children[0])}>[${type.listSize}]`
  if (DataType.isMap(type)) return `Map<${(type.children[0]?.type.children ?? []).map(text).join(', ')}>`
  if (DataType.isStruct(type)) {
    return `Struct<${type.children.map((field) => `${JSON.stringify(field.name)}: ${text(field)}`).join(', ')}>`
  }
  if (DataType.isTimestamp(type) && zones === 'no zones') return `Timestamp<${TimeUnit[type.unit]}>`
  return String(type)
}

const PLAIN: ReadonlySet<Type> = new Set([
  Type.Int,
  Type.Float,
  Type.Decimal,
  Type.Date,
  Type.Timestamp,
  Type.Time,
])
const CELLS: ReadonlySet<Type> = new Set([...PLAIN, Type.Bool, Type.Utf8, Type.Binary, Type.FixedSizeBinary])

/** @throws Refusal for a column of a type that the database does not have, section 7 of the protocol */
export function checkColumn(field: Field): void {
  if (field.name === '' || field.name.includes('/') || field.name === ROW_ID) {
    throw badRequest(`a column cannot be named ${JSON.stringify(field.name)}`)
  }
  if (!field.nullable) throw unsupported(field, 'is not nullable')
  checkType(field, field.type)
}

/** @see section 4.6: not listed, and no column of a table may have its name. */
export const ROW_ID = '$row_id'

function checkType(field: Field, type: DataType): void {
  if (CELLS.has(type.typeId)) checkCell(field, type)
  else if (type.typeId === Type.FixedSizeList) checkFixedSizeList(field, type as never)
  else if (type.typeId === Type.Map) {
    for (const child of type.children[0]?.type.children ?? []) checkType(field, child.type)
  } else if (type.typeId === Type.List || (type.typeId === Type.Struct && type.children.length > 0)) {
    checkNullableChildren(field, type)
  } else throw unsupported(field)
}

function checkNullableChildren(field: Field, type: DataType): void {
  for (const child of type.children) {
    if (!child.nullable) throw unsupported(field, `has a child ${child.name} that is not nullable`)
    checkType(field, child.type)
  }
}

function checkCell(field: Field, type: DataType): void {
  const { unit, bitWidth } = type as { unit?: number; bitWidth?: number }
  if (type.typeId === Type.Date && unit !== 0) throw unsupported(field)
  if (type.typeId === Type.Decimal && bitWidth !== 128) throw unsupported(field)
}

function checkFixedSizeList(
  field: Field,
  { listSize, children: [item] }: DataType & { listSize: number },
): void {
  if (listSize === 0) throw badRequest(`${field.name}: a list of 0`, 'TabularInvalidColumnTypeParam')
  if (listSize === 0x7fffffff || !item || item.nullable || !PLAIN.has(item.type.typeId))
    throw unsupported(field)
  if ((item.type as { precision?: number }).precision === 0 && item.type.typeId === Type.Float)
    throw unsupported(field)
  checkCell(field, item.type)
}

const unsupported = ({ name, type }: Field, why = 'cannot be stored') =>
  badRequest(
    `TabularUnsupportedColumnType: ${name}: ${typeText(type)} ${why}`,
    'TabularUnsupportedColumnType',
  )
