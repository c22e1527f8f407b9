import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from '../adapters/media-store/filesystem/durable-directories.ts'

/** A file's name while it is being written. */
export const unfinished = (path: string): string => `${path}.unfinished`

/** Writes a small file, or replaces it: at any time there is all of the old one or all of the new one. */
export async function writeDurably(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  await rm(unfinished(path), { force: true })
  const file = await open(unfinished(path), 'wx', mode)
  try {
    await file.writeFile(content)
  } finally {
    await file.close()
  }
  await putInPlace(unfinished(path), path)
}

/** Has a finished file on disk, and under its name. */
export async function putInPlace(from: string, to: string): Promise<void> {
  const file = await open(from, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(from, to)
  await syncDirectory(dirname(to))
}

/** Of a file, in hexadecimal, and its size. */
export async function digestOf(
  path: string,
  signal?: AbortSignal,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const sha256 = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    signal?.throwIfAborted()
    sha256.update(chunk)
    bytes += chunk.length
  }
  return { sha256: sha256.digest('hex'), bytes }
}
