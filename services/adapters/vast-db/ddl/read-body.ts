import { Builder, ByteBuffer } from 'flatbuffers'
import { VastDbError } from '../vast-db-error.ts'

/** Where the table is, and where the list of its fields is. */
const LEAST_BYTES = 8

/** @throws VastDbError `protocol`: the body is not what it should be */
export function readBody<T>(body: Uint8Array, read: (bytes: ByteBuffer) => T): T {
  try {
    const bytes = new ByteBuffer(body)
    if (body.byteLength < LEAST_BYTES || bytes.readUint32(0) > body.byteLength - LEAST_BYTES / 2)
      throw new VastDbError('protocol', 'an answer is no flatbuffer')
    return read(bytes)
  } catch (cause) {
    if (cause instanceof VastDbError) throw cause
    throw new VastDbError('protocol', 'an answer was not understood', { cause })
  }
}

/** Of a vector: generated code answers null past its end. */
export const elements = <T>(length: number, at: (index: number) => T | null): readonly T[] =>
  Array.from({ length }, (_, index) => {
    const element = at(index)
    if (element === null) throw new VastDbError('protocol', 'an answer ends too early')
    return element
  })

export function writeBody(write: (builder: Builder) => number): Uint8Array {
  const builder = new Builder(64)
  builder.finish(write(builder))
  return builder.asUint8Array()
}
