import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { appendFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Bytes in a file, and what they are. */
export type StoredFile = {
  readonly path: string
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly md5: string
  /** Hexadecimal. */
  readonly sha256: string
}

export async function receiveFile(directory: string, body: Readable): Promise<StoredFile> {
  const path = join(directory, randomUUID())
  const [md5, sha256] = [createHash('md5'), createHash('sha256')]
  let sizeBytes = 0
  async function* seen(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      sizeBytes += chunk.length
      md5.update(chunk)
      sha256.update(chunk)
      yield chunk
    }
  }
  await pipeline(body, seen, createWriteStream(path))
  return { path, sizeBytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') }
}

/** One file of several, which are gone then. */
export async function joinFiles(directory: string, parts: readonly StoredFile[]): Promise<StoredFile> {
  const path = join(directory, randomUUID())
  await appendFile(path, '')
  for (const part of parts) {
    await pipeline(createReadStream(part.path), createWriteStream(path, { flags: 'a' }))
    await rm(part.path)
  }
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0)
  const md5s = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, 'hex')))
  const md5 = `${createHash('md5').update(md5s).digest('hex')}-${parts.length}`
  return { path, sizeBytes, md5, sha256: '' }
}
