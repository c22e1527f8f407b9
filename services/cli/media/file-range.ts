import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

const CHUNK_BYTES = 256 * 1024

/** Bytes on a local disk that can be read more than once: a segment, which may be a part of a longer file. */
export type FileRange = {
  readonly path: string
  /** Index of the first byte. */
  readonly start: number
  readonly sizeBytes: number
}

/** The file is opened when the first bytes are asked for, so that whoever reads them hears of a failure. */
export async function* readRange({ path, start, sizeBytes }: FileRange): AsyncGenerator<Uint8Array> {
  if (sizeBytes === 0) return
  yield* createReadStream(path, { start, end: start + sizeBytes - 1, highWaterMark: CHUNK_BYTES })
}

/** Bytes at a place in the file; fewer than `length` where it ends before. */
export async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}
