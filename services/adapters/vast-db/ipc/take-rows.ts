import { type Data, DataType, makeData, RecordBatch, Struct } from 'apache-arrow'
import { VastDbError } from '../vast-db-error.ts'

/** The rows of a batch at these places, in their order. */
export function takeRows(batch: RecordBatch, places: Uint32Array): RecordBatch {
  const children = batch.data.children.map((column) => take(column, places))
  const type = new Struct(batch.schema.fields)
  return new RecordBatch(batch.schema, makeData({ type, length: places.length, nullCount: 0, children }))
}

function take(data: Data, places: Uint32Array): Data {
  const { type } = data
  if (DataType.isStruct(type)) {
    const children = data.children.map((child) => take(child, places))
    return rebuilt(data, places, {}, children)
  }
  if (DataType.isFixedSizeList(type))
    return rebuilt(data, places, {}, [take(data.children[0]!, runs(places, type.listSize))])
  if (DataType.isList(type) || DataType.isMap(type)) {
    const { offsets, items } = takeOffsets(data, places)
    return rebuilt(data, places, { offsets }, [take(data.children[0]!, items)])
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const { offsets, items } = takeOffsets(data, places)
    return rebuilt(data, places, { offsets, values: takeValues(data.values, items, 1) })
  }
  if (DataType.isBool(type)) return rebuilt(data, places, { values: takeBits(data, places) })
  if (data.valueOffsets || data.typeIds || data.children.length > 0)
    throw new VastDbError('bad_argument', `rows of the type ${type} cannot be put in order`)
  return rebuilt(data, places, { values: takeValues(data.values, places, data.stride) })
}

type Parts = { readonly offsets?: Int32Array; readonly values?: unknown }

function rebuilt(data: Data, places: Uint32Array, { offsets, values }: Parts, children: Data[] = []): Data {
  const { bits, nullCount } = takeValidity(data, places)
  const buffers = [offsets, values, nullCount > 0 ? bits : undefined, undefined]
  return data.clone(data.type, 0, places.length, nullCount, buffers as unknown as Data['buffers'], children)
}

function takeValidity(data: Data, places: Uint32Array) {
  const bits = new Uint8Array((places.length + 7) >> 3)
  let nullCount = 0
  for (const [at, place] of places.entries()) {
    if (data.getValid(place)) bits[at >> 3]! |= 1 << (at & 7)
    else nullCount += 1
  }
  return { bits, nullCount }
}

function takeBits({ values, offset }: Data, places: Uint32Array): Uint8Array {
  const bits = new Uint8Array((places.length + 7) >> 3)
  for (const [at, place] of places.entries()) {
    const from = place + offset
    if ((values[from >> 3]! >> (from & 7)) & 1) bits[at >> 3]! |= 1 << (at & 7)
  }
  return bits
}

type Values = Uint8Array | BigUint64Array

/** @param stride how many of its elements are one value */
function takeValues<T extends Values>(values: T, places: Uint32Array, stride: number): T {
  const taken = new (values.constructor as new (length: number) => T)(places.length * stride)
  for (const [at, place] of places.entries())
    for (let part = 0; part < stride; part += 1) taken[at * stride + part] = values[place * stride + part]!
  return taken
}

/** Where lists begin once they stand one after the other, and where their items were. */
function takeOffsets(
  { valueOffsets }: Data,
  places: Uint32Array,
): { offsets: Int32Array; items: Uint32Array } {
  const offsets = new Int32Array(places.length + 1)
  for (const [at, place] of places.entries())
    offsets[at + 1] = offsets[at]! + Number(valueOffsets[place + 1]! - valueOffsets[place]!)
  const items = new Uint32Array(offsets[places.length]!)
  for (const [at, place] of places.entries())
    for (let item = offsets[at]!, from = valueOffsets[place]!; item < offsets[at + 1]!; item += 1, from += 1)
      items[item] = from
  return { offsets, items }
}

const runs = (places: Uint32Array, length: number): Uint32Array =>
  Uint32Array.from(
    { length: places.length * length },
    (_, at) => places[Math.floor(at / length)]! * length + (at % length),
  )
