import type { FileHandle } from 'node:fs/promises'
import { type FileRange, readAt } from '../file-range.ts'
import { MediaError } from '../media-error.ts'

/** A box that no other one contains; its bytes are still in the file. */
export type TopLevelBox = {
  readonly type: string
  /** Of its header, in the file. */
  readonly position: number
  /** With its header. */
  readonly sizeBytes: number
}

const HEADER_BYTES = 8
const LARGE_HEADER_BYTES = 16

/**
 * Steps from box to box without reading what is in them, so that a segment costs a few reads however much
 * media it has (ISO/IEC 14496-12, 4.2).
 * @throws MediaError where the bytes are no sequence of whole boxes.
 */
export async function* topLevelBoxes(file: FileHandle, range: FileRange): AsyncGenerator<TopLevelBox> {
  const end = range.start + range.sizeBytes
  for (let position = range.start; position < end; ) {
    const header = await readAt(file, position, Math.min(LARGE_HEADER_BYTES, end - position))
    const sizeBytes = sizeOf(header, end - position)
    requireWhole(sizeBytes, end - position)
    yield { type: header.toString('latin1', 4, 8), position, sizeBytes }
    position += sizeBytes
  }
}

/** The first box of a type in bytes that are in memory. @throws MediaError as above. */
export function findTopLevelBox(bytes: Uint8Array, type: string): Uint8Array | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let position = 0; position < buffer.length; ) {
    const sizeBytes = sizeOf(
      buffer.subarray(position, position + LARGE_HEADER_BYTES),
      buffer.length - position,
    )
    requireWhole(sizeBytes, buffer.length - position)
    const box = buffer.subarray(position, position + sizeBytes)
    if (box.toString('latin1', 4, 8) === type) return box
    position += sizeBytes
  }
  return undefined
}

function requireWhole(sizeBytes: number, remaining: number): void {
  if (sizeBytes >= HEADER_BYTES && sizeBytes <= remaining) return
  throw new MediaError('it ends inside a box, or is no MP4 at all')
}

function sizeOf(header: Buffer, remaining: number): number {
  if (header.length < HEADER_BYTES) return 0
  const size = header.readUInt32BE(0)
  if (size === 0) return remaining
  if (size !== 1) return size
  return header.length < LARGE_HEADER_BYTES ? 0 : Number(header.readBigUInt64BE(8))
}
