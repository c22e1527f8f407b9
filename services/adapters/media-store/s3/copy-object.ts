import { CopyObjectCommand } from '@aws-sdk/client-s3'
import { MediaStoreUnavailable, type StoredMedia, UploadRefused } from '../../../ports/media-store.ts'
import { requireMediaKey } from '../media-key.ts'
import type { Bucket } from './bucket.ts'
import { startMultipartUpload } from './multipart-upload.ts'
import { onceOnly } from './once-only.ts'
import { headObject } from './read-object.ts'
import { SHA256_METADATA } from './stored-object.ts'

export type CopySizes = {
  /** Larger objects are copied in parts: S3 takes 5 GiB at once, and parts go side by side. */
  readonly wholeBytes: number
  readonly partBytes: number
}

export type CopyTerms = {
  readonly sizes?: CopySizes | undefined
  /** Looked at between parts. */
  readonly signal?: AbortSignal | undefined
}

const MIB = 1024 ** 2
export const COPY_SIZES: CopySizes = { wholeBytes: 256 * MIB, partBytes: 128 * MIB }

const MAX_PARTS = 10_000

/**
 * Has S3 copy an object between buckets of one service, or within one.
 * @returns undefined where the source has none
 * @throws UploadRefused (`key_taken`); what S3 fails with, also where these credentials may not read the source
 */
export async function copyObject(
  bucket: Bucket,
  key: string,
  source: Bucket,
  sourceKey: string,
  { sizes = COPY_SIZES, signal }: CopyTerms = {},
): Promise<StoredMedia | undefined> {
  requireMediaKey(key)
  const media = await headObject(source, sourceKey)
  if (!media) return undefined
  const present = await headObject(bucket, key)
  if (present) return requireCopy(present, media)
  const from = `${source.name}/${sourceKey}`
  if (media.sizeBytes > sizes.wholeBytes) await copyParts(bucket, key, from, media, { sizes, signal })
  else {
    await bucket.client.send(new CopyObjectCommand({ Bucket: bucket.name, Key: key, CopySource: from }))
  }
  const stored = await headObject(bucket, key)
  if (!stored) throw new MediaStoreUnavailable('an object was removed as soon as it was copied')
  return requireCopy(stored, media)
}

async function copyParts(
  bucket: Bucket,
  key: string,
  from: string,
  media: StoredMedia,
  { sizes, signal }: CopyTerms & { readonly sizes: CopySizes },
): Promise<void> {
  const { sizeBytes, contentType, etag } = media
  const sha256 = sha256Of(media)
  const metadata =
    sha256 === undefined ? {} : { [SHA256_METADATA]: Buffer.from(sha256, 'base64').toString('hex') }
  const partBytes = Math.max(sizes.partBytes, Math.ceil(sizeBytes / MAX_PARTS))
  const multipart = await startMultipartUpload(bucket, { key, contentType, metadata })
  try {
    for (let first = 0; first < sizeBytes; first += partBytes) {
      signal?.throwIfAborted()
      const last = Math.min(first + partBytes, sizeBytes) - 1
      // All parts of the one object that was looked at.
      await multipart.copy({ from, etag, range: `bytes=${first}-${last}` })
    }
    if (!(await onceOnly((condition) => multipart.complete(condition)))) await multipart.abort()
  } catch (error) {
    await multipart.abort()
    throw error
  }
}

/**
 * A key is made for one copy, so what is there of its size and type is that copy, of an attempt before. Bytes
 * are compared where both sides know their SHA-256; entity tags tell of how an object was sent as well.
 */
function requireCopy(present: StoredMedia, source: StoredMedia): StoredMedia {
  const [here, there] = [present, source].map(sha256Of)
  const differs = here !== undefined && there !== undefined && here !== there
  if (!differs && present.sizeBytes === source.sizeBytes && present.contentType === source.contentType) {
    return present
  }
  throw new UploadRefused('key_taken', 'another object was uploaded here already, and objects do not change')
}

const sha256Of = ({ checksums }: StoredMedia): string | undefined =>
  checksums.find(({ algorithm }) => algorithm === 'sha256')?.value
