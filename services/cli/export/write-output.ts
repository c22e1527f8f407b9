import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/**
 * Writes a file which appears under its name only when it is complete and on disk.
 * @throws what `bytes` throws, and where it cannot be written; then no file is left.
 */
export async function writeFileAtomically(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}.part`)
  try {
    await pipeline(Readable.from(bytes), createWriteStream(unfinished, { flags: 'w', flush: true }))
    await rename(unfinished, path)
  } catch (error) {
    await rm(unfinished, { force: true })
    throw error
  }
}

/** Writes to a stream that stays open, no faster than its reader reads. */
export async function writeToStream(stream: Writable, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(Readable.from(bytes), stream, { end: false })
}
