import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { LRUCache } from 'lru-cache'
import type { ByteRange, StoredMedia } from '../../../ports/media-store.ts'
import { objectDirectory } from './object-directory.ts'
import { readMetadata, storedMedia, undefinedIfAbsent } from './object-metadata.ts'

export type ObjectReader = {
  head(key: string): Promise<StoredMedia | undefined>
  read(key: string, range?: ByteRange): Promise<{ media: StoredMedia; body: Readable } | undefined>
}

/** `path` names the bytes by their SHA-256: what is known of them cannot be another object's. */
type KnownObject = { readonly path: string; readonly media: StoredMedia }

/** About a kilobyte each. */
const KNOWN_OBJECTS = 4096

/** Bytes read at a time: fewer trips to the disk than the default, and little memory for each slow client. */
const CHUNK_BYTES = 256 * 1024

/**
 * Reads objects below `root`. Where the `uploads` directory is missing so is the file system, which is not
 * the same as an object missing from it. What metadata says is remembered, as objects do not change; whether the bytes
 * are still there is asked each time, as another process may have removed them.
 */
export function objectReader(root: string, uploads: string): ObjectReader {
  const known = new LRUCache<string, KnownObject>({ max: KNOWN_OBJECTS })

  async function find<T>(key: string, use: (object: KnownObject) => Promise<T | undefined>) {
    const directory = objectDirectory(root, key)
    const remembered = known.get(key)
    const answer = remembered && (await use(remembered))
    if (answer !== undefined) return answer
    known.delete(key)
    const metadata = await readMetadata(directory)
    if (!metadata) {
      await stat(uploads)
      return undefined
    }
    const found = { path: join(directory, metadata.sha256), media: storedMedia(metadata) }
    known.set(key, found)
    return use(found)
  }

  return {
    head: (key) => find(key, confirmed),
    read: (key, range) => find(key, (object) => opened(object, range)),
  }
}

async function confirmed({ path, media }: KnownObject): Promise<StoredMedia | undefined> {
  const file = await stat(path).catch(undefinedIfAbsent)
  if (!file) return undefined
  requireWhole(file.size, media)
  return media
}

async function opened({ path, media }: KnownObject, range: ByteRange | undefined) {
  const file = await open(path, 'r').catch(undefinedIfAbsent)
  if (!file) return undefined
  try {
    requireWhole((await file.stat()).size, media)
    return { media, body: streamOf(file, range) }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Closes the file when it ends or is destroyed. */
const streamOf = (file: FileHandle, range: ByteRange | undefined): Readable =>
  file.createReadStream({
    highWaterMark: CHUNK_BYTES,
    ...(range && { start: range.first, end: range.last }),
  })

/** A shorter file than was synced is a broken disk or a meddler: better an error than a truncated answer. */
function requireWhole(sizeBytes: number, media: StoredMedia): void {
  if (sizeBytes === media.sizeBytes) return
  throw new Error(`the media store has ${sizeBytes} bytes of an object of ${media.sizeBytes}`)
}
