import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Copied } from './media-places.ts'

/** Writes a line for each object. @returns what they add up to */
export async function writeMediaList(
  path: string,
  copies: Iterable<Copied>,
): Promise<{ readonly sha256: string; readonly objects: number; readonly bytes: number }> {
  const sha256 = createHash('sha256')
  let objects = 0
  let bytes = 0
  function* lines() {
    for (const { storage_id, key, bytes: size, sha256: digest } of copies) {
      const line = `${storage_id} ${key} ${size} ${digest}\n`
      sha256.update(line)
      objects += 1
      bytes += size
      yield line
    }
  }
  await pipeline(Readable.from(lines()), createWriteStream(path))
  return { sha256: sha256.digest('hex'), objects, bytes }
}

/** The lines of a list, some at a time. */
export async function* readMediaList(path: string, atOnce: number): AsyncGenerator<readonly Copied[]> {
  let some: Copied[] = []
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [storage_id = '', key = '', bytes = '', sha256 = ''] = line.split(' ')
    some.push({ storage_id, key, bytes: Number(bytes), sha256 })
    if (some.length < atOnce) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
