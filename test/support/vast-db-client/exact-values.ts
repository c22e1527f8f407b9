import { type Data, DataType, type Field, makeData } from 'apache-arrow'

// Values of any column as JSON, so exact that two clients can be held against each other: integers, decimals (how many
// of the last digit) and times (in the column's unit) as digits, floats as their bits, bytes as hexadecimal.

export type Exact =
  | null
  | boolean
  | string
  | readonly Exact[]
  /** Of a struct. Maps are lists of pairs. */
  | { readonly [name: string]: Exact }

/** What a column says, read from its buffers. */
export const exactValues = (data: Data): readonly Exact[] =>
  Array.from({ length: data.length }, (_, index) => (data.getValid(index) ? valueAt(data, index) : null))

function valueAt(data: Data, index: number): Exact {
  const { type, values, children } = data
  if (DataType.isBool(type)) return isSet(values, data.offset + index)
  if (DataType.isFloat(type)) return bitsOf(values, index)
  if (DataType.isDecimal(type)) return String(decimalAt(values, index))
  if (DataType.isUtf8(type)) return Buffer.from(bytesAt(data, index)).toString()
  if (DataType.isBinary(type)) return Buffer.from(bytesAt(data, index)).toString('hex')
  if (DataType.isStruct(type)) {
    const fields: readonly Field[] = type.children
    return Object.fromEntries(fields.map(({ name }, at) => [name, exactAt(children[at]!, index)]))
  }
  if (DataType.isFixedSizeList(type)) return itemsOf(children[0]!, index * type.listSize, type.listSize)
  if (DataType.isList(type) || DataType.isMap(type)) {
    const [from, to] = [data.valueOffsets[index]!, data.valueOffsets[index + 1]!]
    const items = itemsOf(children[0]!, from, to - from)
    return DataType.isMap(type) ? items.map((pair) => Object.values(pair as object)) : items
  }
  // Of integers, dates and times: number or bigint, as wide as they are.
  return String(values[index])
}

const exactAt = (data: Data, index: number): Exact => (data.getValid(index) ? valueAt(data, index) : null)

const itemsOf = (data: Data, from: number, length: number): readonly Exact[] =>
  Array.from({ length }, (_, at) => exactAt(data, from + at))

const isSet = (bits: Uint8Array, at: number): boolean => ((bits[at >> 3]! >> (at & 7)) & 1) === 1

const bytesAt = ({ values, valueOffsets }: Data, index: number): Uint8Array =>
  values.subarray(valueOffsets[index], valueOffsets[index + 1])

/** Hexadecimal, the sign first. */
const bitsOf = (values: Float32Array | Float64Array, index: number): string =>
  Buffer.from(values.slice(index, index + 1).buffer)
    .reverse()
    .toString('hex')

function decimalAt(words: Uint32Array, index: number): bigint {
  const value = [3, 2, 1, 0].reduce((sum, word) => (sum << 32n) | BigInt(words[4 * index + word]!), 0n)
  return BigInt.asIntN(128, value)
}

/** A column that says the same. */
export function dataOf(type: DataType, values: readonly Exact[]): Data {
  const length = values.length
  const nullCount = values.filter((value) => value === null).length
  const nullBitmap = nullCount === 0 ? undefined : bitmap(values.map((value) => value !== null))
  return makeData({ type, length, nullCount, nullBitmap, ...buffersOf(type, values) } as never)
}

function buffersOf(type: DataType, values: readonly Exact[]): object {
  if (DataType.isBool(type)) return { data: bitmap(values.map((value) => value === true)) }
  if (DataType.isUtf8(type)) return ofBytes(values.map((text) => Buffer.from((text as string) ?? '')))
  if (DataType.isBinary(type)) return ofBytes(values.map((hex) => Buffer.from((hex as string) ?? '', 'hex')))
  if (DataType.isStruct(type)) {
    const fields: readonly Field[] = type.children
    const column = (name: string) =>
      values.map((row) => (row as Record<string, Exact> | null)?.[name] ?? null)
    return { children: fields.map((field) => dataOf(field.type, column(field.name))) }
  }
  if (DataType.isFixedSizeList(type)) {
    const { listSize, children } = type
    const zeros = Array<Exact>(listSize).fill('00000000')
    return {
      child: dataOf(
        children[0]!.type,
        values.flatMap((list) => (list as Exact[]) ?? zeros),
      ),
    }
  }
  if (DataType.isList(type)) return ofItems(type.children[0]!.type, values)
  if (DataType.isMap(type)) {
    const entries = type.children[0]!.type
    const [key, value] = (entries.children as Field[]).map(({ name }) => name)
    const rows = values.map(
      (pairs) => pairs && (pairs as Exact[][]).map(([k, v]) => ({ [key!]: k!, [value!]: v! })),
    )
    return ofItems(entries, rows)
  }
  return { data: numbers(type, values as readonly (string | null)[]) }
}

function ofItems(type: DataType, lists: readonly Exact[]): object {
  const valueOffsets = offsets(lists.map((list) => (list as readonly Exact[] | null)?.length ?? 0))
  return {
    valueOffsets,
    child: dataOf(
      type,
      lists.flatMap((list) => (list as Exact[]) ?? []),
    ),
  }
}

const ofBytes = (cells: readonly Buffer[]): object => ({
  valueOffsets: offsets(cells.map(({ length }) => length)),
  data: Buffer.concat(cells),
})

function offsets(lengths: readonly number[]): Int32Array {
  const all = new Int32Array(lengths.length + 1)
  for (const [at, length] of lengths.entries()) all[at + 1] = all[at]! + length
  return all
}

function bitmap(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [at, bit] of bits.entries()) if (bit) bytes[at >> 3]! |= 1 << (at & 7)
  return bytes
}

/** All that has a fixed number of bytes: the low ones first. */
function numbers(type: DataType, values: readonly (string | null)[]): unknown {
  const width = widthOf(type) / 8
  const bytes = Buffer.alloc(width * values.length)
  for (const [at, value] of values.entries()) {
    if (value === null) continue
    const bits = DataType.isFloat(type) ? BigInt(`0x${value}`) : BigInt.asUintN(8 * width, BigInt(value))
    for (let byte = 0; byte < width; byte++)
      bytes[at * width + byte] = Number((bits >> BigInt(8 * byte)) & 255n)
  }
  return new type.ArrayType(
    bytes.buffer,
    bytes.byteOffset,
    bytes.byteLength / type.ArrayType.BYTES_PER_ELEMENT,
  )
}

function widthOf(type: DataType): number {
  if (DataType.isInt(type) || DataType.isDecimal(type)) return type.bitWidth
  if (DataType.isFloat(type)) return 16 << type.precision
  if (DataType.isTime(type)) return type.bitWidth
  return DataType.isDate(type) ? 32 : 64
}
