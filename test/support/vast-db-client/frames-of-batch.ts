import {
  type Data,
  DataType,
  Field,
  List,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow'

import { ByteBuffer } from 'flatbuffers'
import { Message } from '../../../services/adapters/vast-db/wire/generated/arrow/message.ts'

export const FINISHED = 281_474_976_710_655n
export const COMPLETED = Buffer.from('feffffff', 'hex')
export const KEEP_ALIVE = Buffer.from('ffffffff', 'hex')
export const FAILED = Buffer.from('fdffffff', 'hex')

/**
 * A page as a server sends it: each leaf in a stream of its own, inside copies of what is above it.
 * @param cuts where each leaf is cut into several batches, in turn
 */
export function framesOfBatch(
  batch: RecordBatch,
  {
    subSplit = 0,
    nextRowId = FINISHED,
    cuts = [[]],
  }: { subSplit?: number; nextRowId?: bigint; cuts?: readonly (readonly number[])[] } = {},
): Buffer[] {
  const leaves = batch.schema.fields.flatMap((field, at) => leavesOf(field, batch.data.children[at]!))
  const streams = leaves.map((leaf, at) => streamOf(leaf, cuts[at % cuts.length] ?? []))
  return streams.flatMap(messagesIn).map((message) => framed(subSplit, nextRowId, message))
}

/** As many rows, without columns. */
export function framesOfCount(rows: number, subSplit = 0, nextRowId = FINISHED): Buffer[] {
  const data = makeData({ type: new Struct([]), length: rows, nullCount: 0, children: [] })
  const stream = RecordBatchStreamWriter.writeAll([new RecordBatch(new Schema([]), data)]).toUint8Array(true)
  return messagesIn(stream).map((message) => framed(subSplit, nextRowId, message))
}

type Leaf = { readonly type: DataType; readonly data: Data }

function leavesOf({ type }: Field, data: Data): readonly Leaf[] {
  const children: readonly Field[] = type.children ?? []
  if (children.length === 0) return [{ type, data }]
  return children.flatMap((child, at) =>
    leavesOf(child, data.children[at]!).map((leaf) => {
      const field = new Field(child.name, leaf.type, child.nullable)
      const wrapped = wrapperOf(type, field)
      const { offset, length, nullCount, buffers } = data
      return {
        type: wrapped,
        data: data.clone(wrapped, offset, length, nullCount, buffers as never, [leaf.data]),
      }
    }),
  )
}

function wrapperOf(type: DataType, child: Field): DataType {
  if (DataType.isStruct(type)) return new Struct([child])
  // Maps come as lists.
  if (DataType.isMap(type)) return new List(child)
  return Object.assign(Object.create(Object.getPrototypeOf(type)), type, { children: [child] })
}

function streamOf({ type, data }: Leaf, cuts: readonly number[]): Uint8Array {
  const schema = new Schema([new Field('', type, true)])
  const ends = [...new Set([...cuts.map((cut) => Math.min(cut, data.length)), data.length])].sort(
    (a, b) => a - b,
  )
  const batches = ends.map((end, at) => {
    const begin = ends[at - 1] ?? 0
    const piece = data.slice(begin, end - begin)
    const rows = makeData({
      type: new Struct(schema.fields),
      length: piece.length,
      nullCount: 0,
      children: [piece],
    })
    return new RecordBatch(schema, rows)
  })
  return RecordBatchStreamWriter.writeAll(batches).toUint8Array(true)
}

function messagesIn(stream: Uint8Array): readonly Uint8Array[] {
  const messages: Uint8Array[] = []
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength)
  const starts: number[] = []
  // A message begins with a mark and the length of its metadata; its body ends where the next one begins.
  for (let at = 0; at < stream.byteLength; ) {
    starts.push(at)
    const metadataLength = view.getInt32(at + 4, true)
    if (metadataLength === 0) break
    at += 8 + metadataLength + bodyLength(stream.slice(at + 8, at + 8 + metadataLength))
  }
  for (const [index, start] of starts.entries()) messages.push(stream.subarray(start, starts[index + 1]))
  return messages
}

const bodyLength = (metadata: Uint8Array): number =>
  Number(Message.getRootAsMessage(new ByteBuffer(metadata)).bodyLength())

function framed(subSplit: number, nextRowId: bigint, message: Uint8Array): Buffer {
  const head = Buffer.alloc(12)
  head.writeUInt32LE(subSplit)
  head.writeBigUInt64LE(nextRowId, 4)
  return Buffer.concat([head, message])
}
