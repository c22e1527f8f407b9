import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Checksum } from '../../../../contracts/resources/checksum.ts'
import { type ExpectedMedia, UploadRefused } from '../../../ports/media-store.ts'
import { syncDirectory } from './durable-directories.ts'
import { METADATA_FILE, type ObjectMetadata, storedMedia } from './object-metadata.ts'

/** A complete object in a directory of its own, on disk but not yet where readers look. */
export type StagedUpload = { readonly directory: string; readonly metadata: ObjectMetadata }

export type UploadTerms = {
  readonly contentType: string
  readonly maxBytes: number
  readonly expected: ExpectedMedia
}

/** Name of the bytes until their SHA-256 is known. */
const INCOMING_FILE = 'incoming'

/**
 * Takes an object in, one chunk of memory at a time, and makes all of it durable: bytes, metadata, names.
 * Where anything goes wrong nothing is left behind.
 * @param directory where: made here, on the same file system as the objects
 * @throws UploadRefused; what `body` or the file system fails with
 */
export async function stageUpload(
  directory: string,
  body: Readable,
  terms: UploadTerms,
): Promise<StagedUpload> {
  // It may fail before it is read: reading it then tells.
  body.on('error', ignore)
  try {
    requireRoom(terms)
    await mkdir(directory)
    const metadata = await stageBytes(directory, body, terms)
    await rename(join(directory, INCOMING_FILE), join(directory, metadata.sha256))
    await withNewFile(join(directory, METADATA_FILE), (file) => file.writeFile(JSON.stringify(metadata)))
    await syncDirectory(directory)
    return { directory, metadata }
  } catch (error) {
    await discardUpload(directory)
    throw error
  } finally {
    body.destroy()
  }
}

/** Removes a staged upload, or what there is of one. */
export const discardUpload = (directory: string): Promise<void> =>
  rm(directory, { recursive: true, force: true })

function stageBytes(directory: string, body: Readable, terms: UploadTerms): Promise<ObjectMetadata> {
  return withNewFile(join(directory, INCOMING_FILE), async (file) => {
    const received = await writeAll(file, body, terms.maxBytes)
    const metadata: ObjectMetadata = {
      version: 1,
      content_type: terms.contentType,
      ...received,
      stored_at_ms: Date.now(),
    }
    requireExpected(metadata, terms.expected)
    return metadata
  })
}

/** Hashes each chunk on this thread while another writes it. */
async function writeAll(file: FileHandle, body: Readable, maxBytes: number) {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  let size_bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size_bytes += chunk.length
    if (size_bytes > maxBytes) throw tooLarge(maxBytes)
    // Unlike `write`, this goes on where the last one ended until the whole chunk is written.
    const written = file.writeFile(chunk)
    sha256.update(chunk)
    md5.update(chunk)
    await written
  }
  return { size_bytes, sha256: sha256.digest('hex'), md5: md5.digest('hex') }
}

/** Syncs before it closes: only what is on disk may become visible. */
async function withNewFile<T>(path: string, fill: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'wx')
  try {
    const result = await fill(file)
    await file.sync()
    return result
  } finally {
    await file.close()
  }
}

function requireExpected(metadata: ObjectMetadata, { sizeBytes, checksums = [] }: ExpectedMedia): void {
  if (sizeBytes !== undefined && sizeBytes !== metadata.size_bytes) {
    throw new UploadRefused('size_mismatch', `${metadata.size_bytes} bytes came, not ${sizeBytes}`)
  }
  const actual = storedMedia(metadata).checksums
  const differs = ({ algorithm, value }: Checksum) =>
    actual.some((checksum) => checksum.algorithm === algorithm && checksum.value !== value)
  const broken = checksums.find(differs)
  if (!broken) return
  const message = `the ${broken.algorithm} of what came is not ${broken.value}, as announced`
  throw new UploadRefused('checksum_mismatch', message)
}

/** Where the size is announced, a body that is too large need not be read to find out. */
function requireRoom({ expected: { sizeBytes = 0 }, maxBytes }: UploadTerms): void {
  if (sizeBytes > maxBytes) throw tooLarge(maxBytes)
}

const tooLarge = (maxBytes: number) =>
  new UploadRefused('too_large', `an object may have ${maxBytes} bytes at most`)

const ignore = () => {}
