import { Data, DataType } from 'apache-arrow'

/** Rows taken from one column: those listed, or `length` of them from `start`. No data: as many NULLs. */
export type Part = {
  readonly data: Data | undefined
  readonly rows?: Uint32Array
  readonly start?: number
  readonly length: number
}

/** Copies rows of any columns of one type into one column; a whole column alone is taken as it is. */
export function gather(type: DataType, parts: readonly Part[]): Data {
  const [only] = parts
  if (parts.length === 1 && only && isWhole(only)) return only.data
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const { nullCount, nullBitmap } = validity(parts, length)
  if (DataType.isBool(type))
    return made(type, length, nullCount, [undefined, bits(parts, length), nullBitmap])
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const { offsets, extents } = listExtents(parts, length)
    return made(type, length, nullCount, [offsets, bytes(extents, offsets[length] ?? 0), nullBitmap])
  }
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { offsets, extents } = listExtents(parts, length)
    const child = gather(childType(type, 0), extents.map(childPart))
    return made(type, length, nullCount, [offsets, undefined, nullBitmap], [child])
  }
  if (DataType.isFixedSizeList(type)) {
    const child = gather(
      childType(type, 0),
      parts.map((part) => widened(part, type.listSize)),
    )
    return made(type, length, nullCount, [undefined, undefined, nullBitmap], [child])
  }
  if (DataType.isStruct(type)) {
    const children = type.children.map((field, at) =>
      gather(
        field.type,
        parts.map((part) => ({ ...part, data: part.data?.children[at] })),
      ),
    )
    return made(type, length, nullCount, [undefined, undefined, nullBitmap], children)
  }
  return made(type, length, nullCount, [undefined, fixedWidth(type, parts, length), nullBitmap])
}

type Buffers = [offsets?: Int32Array | undefined, values?: unknown, validity?: Uint8Array | undefined]

const made = (
  type: DataType,
  length: number,
  nullCount: number,
  buffers: Buffers,
  children: Data[] = [],
): Data => new Data(type, 0, length, nullCount, buffers as never, children)

const isWhole = (part: Part): part is Part & { data: Data } =>
  part.data !== undefined && !part.rows && (part.start ?? 0) === 0 && part.length === part.data.length

export const childType = (type: DataType, at: number): DataType => {
  const field = type.children[at]
  if (!field) throw new Error(`${type} has no child ${at}`)
  return field.type
}

const rowOf = ({ rows, start = 0 }: Part, at: number): number => (rows ? (rows[at] as number) : start + at)

function validity(parts: readonly Part[], length: number): { nullCount: number; nullBitmap?: Uint8Array } {
  if (parts.every(({ data }) => data?.nullCount === 0)) return { nullCount: 0 }
  const nullBitmap = new Uint8Array(paddedTo8((length + 7) >> 3))
  let valid = 0
  let to = 0
  for (const part of parts) {
    const { data } = part
    const bitmap = data && data.nullCount > 0 ? data.nullBitmap : undefined
    for (let at = 0; at < part.length; at++, to++) {
      const row = rowOf(part, at)
      if (!data || (bitmap && ((bitmap[row >> 3] as number) & (1 << (row & 7))) === 0)) continue
      nullBitmap[to >> 3] = (nullBitmap[to >> 3] as number) | (1 << (to & 7))
      valid++
    }
  }
  return { nullCount: length - valid, nullBitmap }
}

const paddedTo8 = (size: number): number => (size + 7) & ~7

function bits(parts: readonly Part[], length: number): Uint8Array {
  const values = new Uint8Array(paddedTo8((length + 7) >> 3))
  let to = 0
  for (const part of parts) {
    const from = part.data?.values as Uint8Array | undefined
    for (let at = 0; at < part.length; at++, to++) {
      const row = rowOf(part, at)
      if (!from || ((from[row >> 3] as number) & (1 << (row & 7))) === 0) continue
      values[to >> 3] = (values[to >> 3] as number) | (1 << (to & 7))
    }
  }
  return values
}

type Values = Uint8Array

function fixedWidth(type: DataType, parts: readonly Part[], length: number): Values {
  const source = parts.find(({ data }) => data)?.data
  const stride = source?.stride ?? new Data(type, 0, 0).stride
  const ArrayType = (source?.values.constructor ?? type.ArrayType) as new (size: number) => Values
  const values = new ArrayType(length * stride)
  let to = 0
  for (const part of parts) {
    if (part.data) copyFixed(part, part.data.values as Values, stride, values, to)
    to += part.length * stride
  }
  return values
}

function copyFixed(part: Part, from: Values, stride: number, values: Values, to: number): void {
  const { rows, start = 0, length } = part
  if (!rows) {
    values.set(from.subarray(start * stride, (start + length) * stride), to)
  } else if (stride === 1) {
    for (let at = 0; at < length; at++) values[to + at] = from[rows[at] as number] as number
  } else {
    for (let at = 0; at < length; at++) {
      const row = rows[at] as number
      values.set(from.subarray(row * stride, (row + 1) * stride), to + at * stride)
    }
  }
}

/** What rows of variable length cover of what is below them. */
type Extent = {
  readonly data: Data
  readonly begins: Uint32Array
  readonly sizes: Uint32Array
  readonly total: number
}

function listExtents(parts: readonly Part[], length: number): { offsets: Int32Array; extents: Extent[] } {
  const offsets = new Int32Array(length + 1)
  const extents: Extent[] = []
  let to = 0
  let end = 0
  for (const part of parts) {
    const { data } = part
    const begins = new Uint32Array(data ? part.length : 0)
    const sizes = new Uint32Array(data ? part.length : 0)
    const bitmap = data && data.nullCount > 0 ? data.nullBitmap : undefined
    const from = data?.valueOffsets as Int32Array | undefined
    const before = end
    for (let at = 0; at < part.length; at++) {
      const row = rowOf(part, at)
      if (from && !(bitmap && ((bitmap[row >> 3] as number) & (1 << (row & 7))) === 0)) {
        const begin = from[row] as number
        begins[at] = begin
        sizes[at] = (from[row + 1] as number) - begin
        end += sizes[at] as number
      }
      offsets[++to] = end
    }
    if (data) extents.push({ data, begins, sizes, total: end - before })
  }
  return { offsets, extents }
}

function bytes(extents: readonly Extent[], size: number): Uint8Array {
  const values = new Uint8Array(size)
  let to = 0
  for (const { data, begins, sizes } of extents) {
    const from = data.values as Uint8Array
    for (let at = 0; at < sizes.length; at++) {
      const begin = begins[at] as number
      const length = sizes[at] as number
      if (length > 0) values.set(from.subarray(begin, begin + length), to)
      to += length
    }
  }
  return values
}

function childPart({ data, begins, sizes, total }: Extent): Part {
  const rows = new Uint32Array(total)
  let to = 0
  for (let at = 0; at < sizes.length; at++) {
    const begin = begins[at] as number
    for (let more = 0; more < (sizes[at] as number); more++) rows[to++] = begin + more
  }
  return { data: data.children[0], rows, length: total }
}

function widened({ data, rows, start = 0, length }: Part, listSize: number): Part {
  const child = data?.children[0]
  if (!rows) return { data: child, start: start * listSize, length: length * listSize }
  const wide = new Uint32Array(length * listSize)
  for (let at = 0; at < wide.length; at++) {
    wide[at] = (rows[Math.floor(at / listSize)] as number) * listSize + (at % listSize)
  }
  return { data: child, rows: wide, length: wide.length }
}
