import { type Data, DataType, type Field } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'

export const leafCount = ({ type }: Field): number =>
  type.children?.length ? type.children.reduce((sum: number, child: Field) => sum + leafCount(child), 0) : 1

/**
 * A column from its leaves, each of which came inside copies of the nodes above it: a struct of x and y as a
 * struct of x and a struct of y, a map as a list of keys and a list of values.
 * @param leaves in the order of the schema, all of the same rows
 * @throws VastDbError `protocol`: they are of other types
 */
export function mergeLeaves(field: Field, leaves: readonly Data[]): Data {
  const { type } = field
  const children: readonly Field[] = type.children ?? []
  const [first] = leaves
  if (!first) throw mismatch(field)
  if (children.length === 0) return leafOf(field, first)
  if (!sameShape(type, first.type)) throw mismatch(field)
  const below = first.valueOffsets ? leaves.map(itemsOf) : leaves.map((leaf) => leaf.children)
  let from = 0
  const merged = children.map((child) => {
    const count = leafCount(child)
    const mine = below.slice(from, from + count).map(([inner]) => inner!)
    from += count
    return mergeLeaves(child, mine)
  })
  const { buffers, offset, length, nullCount } = first
  if (first.valueOffsets) buffers[0] = fromZero(first.valueOffsets, length)
  return first.clone(type, offset, length, nullCount, buffers, merged)
}

function leafOf(field: Field, leaf: Data): Data {
  if (!sameType(field.type, leaf.type)) throw mismatch(field)
  const { offset, length, nullCount, buffers, children } = leaf
  return leaf.clone(field.type, offset, length, nullCount, buffers, children)
}

/** Copies may have been cut in different places: what is in the lists begins at 0 in all of them. */
function itemsOf(list: Data): readonly Data[] {
  const { valueOffsets, length, children } = list
  const begin = valueOffsets[0]!
  return children.map((items) => items.slice(begin, valueOffsets[length]! - begin))
}

function fromZero(offsets: Int32Array, length: number): Int32Array {
  const [begin = 0] = offsets
  return begin === 0
    ? offsets.subarray(0, length + 1)
    : offsets.subarray(0, length + 1).map((at) => at - begin)
}

/** Maps come as lists. */
const sameShape = (wanted: DataType, is: DataType): boolean =>
  DataType.isMap(wanted) ? DataType.isList(is) || DataType.isMap(is) : sizedTypeId(wanted) === sizedTypeId(is)

const sizedTypeId = (type: DataType): string =>
  DataType.isFixedSizeList(type) ? `${type.typeId}[${type.listSize}]` : String(type.typeId)

/** Time zones are the column's own affair: no query asks for them. */
const sameType = (wanted: DataType, is: DataType): boolean =>
  DataType.isTimestamp(wanted) && DataType.isTimestamp(is)
    ? wanted.unit === is.unit
    : wanted.toString() === is.toString() && wanted.typeId === is.typeId

const mismatch = ({ name }: Field) =>
  new VastDbError('protocol', `the server answered with another type for the column ${JSON.stringify(name)}`)
