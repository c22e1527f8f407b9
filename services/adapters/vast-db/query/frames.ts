import { ByteBuffer } from 'flatbuffers'
import { VastDbError } from '../vast-db-error.ts'
import { Message } from '../wire/generated/arrow/message.ts'
import { MessageHeader } from '../wire/generated/arrow/message-header.ts'
import { byteQueue } from './byte-queue.ts'

/** What the answer to a query is made of. */
export type Frame =
  | { readonly is: 'keep_alive' }
  | { readonly is: 'completed' }
  | { readonly is: 'failed' }
  | {
      readonly is: 'schema' | 'batch' | 'end'
      readonly subSplit: number
      /** Where the sub-split goes on, once the page this frame ends has been read. */
      readonly nextRowId: bigint
      /** An Arrow message: its prefix, its metadata, its body. */
      readonly pieces: readonly Uint8Array[]
    }

const KEEP_ALIVE = 0xff_ff_ff_ff
const COMPLETED = 0xff_ff_ff_fe
const FAILED = 0xff_ff_ff_fd
const MARK = 0xff_ff_ff_ff

const MAX_METADATA_BYTES = 16 * 1024 * 1024
const MAX_BODY_BYTES = 1024 * 1024 * 1024

/**
 * Frames as they come, from pieces that may be cut anywhere. Ends after `completed` or `failed`; what follows those
 * is passed over.
 * @throws VastDbError `interrupted`: it ends before it is completed; `protocol`; and whatever the pieces throw
 */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const bytes = byteQueue()
  let parser = parseFrame()
  let needed = parser.next().value as number
  let over = false
  for await (const chunk of chunks) {
    if (over) continue
    bytes.add(chunk)
    while (!over && bytes.length() >= needed) {
      const step = parser.next(bytes.take(needed))
      if (!step.done) {
        needed = step.value
        continue
      }
      over = step.value.is === 'completed' || step.value.is === 'failed'
      yield step.value
      parser = parseFrame()
      needed = parser.next().value as number
    }
  }
  if (!over) throw new VastDbError('interrupted', 'the answer ends before it is completed')
}

/** Says how many bytes it needs next, and gets them. */
function* parseFrame(): Generator<number, Frame, Uint8Array> {
  const id = viewOf(yield 4).getUint32(0, true)
  if (id === KEEP_ALIVE) return { is: 'keep_alive' }
  if (id === COMPLETED) return { is: 'completed' }
  if (id === FAILED) return { is: 'failed' }

  const nextRowId = viewOf(yield 8).getBigUint64(0, true)
  const prefix = yield 8
  if (viewOf(prefix).getUint32(0, true) !== MARK) throw garbled()
  const metadataLength = viewOf(prefix).getInt32(4, true)
  if (metadataLength === 0) return { is: 'end', subSplit: id, nextRowId, pieces: [prefix] }
  if (metadataLength < 0 || metadataLength > MAX_METADATA_BYTES) throw garbled()

  const metadata = yield metadataLength
  const { is, bodyLength } = readMessage(metadata)
  if (bodyLength === 0) return { is, subSplit: id, nextRowId, pieces: [prefix, metadata] }
  return { is, subSplit: id, nextRowId, pieces: [prefix, metadata, yield bodyLength] }
}

function readMessage(metadata: Uint8Array): { is: 'schema' | 'batch'; bodyLength: number } {
  const message = Message.getRootAsMessage(new ByteBuffer(metadata))
  const bodyLength = Number(message.bodyLength())
  const type = message.headerType()
  if (bodyLength < 0 || bodyLength > MAX_BODY_BYTES) throw garbled()
  if (type === MessageHeader.Schema) return { is: 'schema', bodyLength }
  if (type === MessageHeader.RecordBatch) return { is: 'batch', bodyLength }
  throw garbled()
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

const garbled = () => new VastDbError('protocol', 'the answer to a query is garbled')
