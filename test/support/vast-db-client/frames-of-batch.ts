import { type Data, DataType, Field, List, makeData, RecordBatch, Schema, Struct } from 'apache-arrow'

import { ByteBuffer } from 'flatbuffers'
import { writeStream } from '../../../services/adapters/vast-db/ipc/write-stream.ts'
import { Message } from '../../../services/adapters/vast-db/wire/generated/arrow/message.ts'

export const FINISHED = 281_474_976_710_655n
export const COMPLETED = Buffer.from('feffffff', 'hex')
export const KEEP_ALIVE = Buffer.from('ffffffff', 'hex')
export const FAILED = Buffer.from('fdffffff', 'hex')

/**
 * A page as a server sends it: each leaf in a stream of its own, inside copies of what is above it.
 * @param cuts where each stream is cut into several batches, in turn
 */
export function framesOfBatch(
  batch: RecordBatch,
  {
    subSplit = 0,
    nextRowId = FINISHED,
    cuts = [[]],
    leavesPerStream = 1,
  }: {
    subSplit?: number
    nextRowId?: bigint
    cuts?: readonly (readonly number[])[]
    leavesPerStream?: number
  } = {},
): Buffer[] {
  const leaves = batch.schema.fields.flatMap((field, at) => leavesOf(field, batch.data.children[at]!))
  const starts = leaves.map((_, at) => at).filter((at) => at % leavesPerStream === 0)
  return starts
    .flatMap((at) => messagesOf(leaves.slice(at, at + leavesPerStream), cuts[at % cuts.length] ?? []))
    .map((message) => framed(subSplit, nextRowId, message))
}

/** As many rows, without columns. */
export function framesOfCount(rows: number, subSplit = 0, nextRowId = FINISHED): Buffer[] {
  const data = makeData({ type: new Struct([]), length: rows, nullCount: 0, children: [] })
  const stream = writeStream(new Schema([]), [new RecordBatch(new Schema([]), data)])
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

function messagesOf(leaves: readonly Leaf[], cuts: readonly number[]): readonly Uint8Array[] {
  const length = leaves[0]?.data.length ?? 0
  const fields = leaves.map(({ type }, at) => new Field(String(at), type, true))
  const ends = [...new Set([...cuts.map((cut) => Math.min(cut, length)), length])].sort((a, b) => a - b)
  const batches = ends.map((end, at) => {
    const begin = ends[at - 1] ?? 0
    const children = leaves.map(({ data }) => data.slice(begin, end - begin))
    const data = makeData({ type: new Struct(fields), length: end - begin, nullCount: 0, children })
    return new RecordBatch(new Schema(fields), data)
  })
  const [, ...messages] = messagesIn(writeStream(new Schema(fields), batches))
  return [namelessSchema(fields), ...messages]
}

/** Servers give no names; a batch of several columns cannot be written without. */
function namelessSchema(fields: readonly Field[]): Uint8Array {
  const nameless = new Schema(fields.map(({ type }) => new Field('', type, true)))
  return messagesIn(writeStream(nameless, []))[0]!
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
