import { addAbortSignal, type Readable } from 'node:stream'
import type { ExpectedMedia, MediaStore, StoredMedia } from '../../ports/media-store.ts'

/** Copies by reading and writing. What arrives has to be what the source says it has. */
export async function streamCopy(
  source: MediaStore,
  sourceKey: string,
  write: (contentType: string, body: Readable, expected: ExpectedMedia) => Promise<StoredMedia>,
  signal?: AbortSignal,
): Promise<StoredMedia | undefined> {
  const found = await source.read(sourceKey)
  if (!found) return undefined
  const { contentType, sizeBytes, checksums } = found.media
  const body = signal ? addAbortSignal(signal, found.body) : found.body
  return write(contentType, body, { sizeBytes, checksums })
}
