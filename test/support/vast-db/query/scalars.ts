import { type Data, DataType } from 'apache-arrow'

/** What is compared: strings and bytes as text of one character for each byte, so that they order by bytes. */
export type Scalar = number | bigint | string

/** One leaf of some rows. A list of fixed size gives all its items. */
export type Scalars = {
  isNull(row: number): boolean
  /** Of a row that is not NULL. */
  value(row: number): Scalar | readonly Scalar[]
}

/** Reads what is at the end of a path of structs; below a struct that is NULL all is. */
export function scalarsOf(data: Data, path: readonly number[]): Scalars {
  const nulls: ((row: number) => boolean)[] = []
  let leaf = data
  for (const at of path) {
    addNulls(nulls, leaf)
    leaf = leaf.children[at] as Data
  }
  addNulls(nulls, leaf)
  const [first, second] = nulls
  const isNull = !first ? () => false : !second ? first : (row: number) => nulls.some((test) => test(row))
  return { isNull, value: valueReader(leaf) }
}

function addNulls(nulls: ((row: number) => boolean)[], { nullCount, nullBitmap }: Data): void {
  if (nullCount > 0 && nullBitmap)
    nulls.push((row) => ((nullBitmap[row >> 3] as number) & (1 << (row & 7))) === 0)
}

function valueReader(data: Data): (row: number) => Scalar | readonly Scalar[] {
  const { type } = data
  if (DataType.isFixedSizeList(type)) {
    const item = scalarReader(data.children[0] as Data)
    const { listSize } = type
    return (row) => Array.from({ length: listSize }, (_, at) => item(row * listSize + at))
  }
  return scalarReader(data)
}

function scalarReader(data: Data): (row: number) => Scalar {
  const { type, values, stride } = data
  if (DataType.isBool(type)) return (row) => ((values[row >> 3] as number) >> (row & 7)) & 1
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const bytes = asBuffer(values)
    const offsets = data.valueOffsets as Int32Array
    return (row) => bytes.latin1Slice(offsets[row], offsets[row + 1])
  }
  if (DataType.isFixedSizeBinary(type)) {
    const bytes = asBuffer(values)
    return (row) => bytes.latin1Slice(row * stride, (row + 1) * stride)
  }
  if (DataType.isDecimal(type)) return (row) => decimalAt(values, row * stride)
  if (DataType.isFloat(type) && type.precision === 0) return (row) => halfFloat(values[row] as number)
  return (row) => values[row] as Scalar
}

const asBuffer = (bytes: Uint8Array): Buffer & { latin1Slice(start?: number, end?: number): string } =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) as never

export const bytesAsText = (bytes: Uint8Array): string => asBuffer(bytes).latin1Slice()

function decimalAt(words: Uint32Array, at: number): bigint {
  let value = 0n
  for (let word = 3; word >= 0; word--) value = (value << 32n) | BigInt(words[at + word] as number)
  return BigInt.asIntN(128, value)
}

/** The number that 16 bits stand for. */
export function halfFloat(bits: number): number {
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  const sign = bits & 0x8000 ? -1 : 1
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** Negative, zero or positive; NaN where one is not comparable. */
export function compare(a: Scalar | readonly Scalar[], b: Scalar | readonly Scalar[]): number {
  if (!Array.isArray(a) || !Array.isArray(b)) return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = compare(a[at], b[at])
    if (order !== 0) return order
  }
  return a.length - b.length
}
