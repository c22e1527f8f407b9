import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { StoredMedia } from '../../../ports/media-store.ts'

/** Name of the metadata that has an object's SHA-256 in hexadecimal (`x-amz-meta-sha256`). */
export const SHA256_METADATA = 'sha256'

const SHA256_HEX = /^[0-9a-f]{64}$/

/**
 * What S3 says of an object. Of checksums only the SHA-256 that was put beside it: an entity tag is an MD5 in
 * some stores and for some objects, and nothing tells which.
 * @param sizeBytes of all of it, where the answer is about a part
 */
export function storedMedia(
  answer: HeadObjectCommandOutput | GetObjectCommandOutput,
  sizeBytes = answer.ContentLength ?? 0,
): StoredMedia {
  const sha256 = answer.Metadata?.[SHA256_METADATA]
  return {
    sizeBytes,
    contentType: answer.ContentType ?? 'application/octet-stream',
    etag: quoted(answer.ETag ?? ''),
    modifiedMs: answer.LastModified?.getTime() ?? 0,
    checksums:
      sha256 !== undefined && SHA256_HEX.test(sha256)
        ? [{ algorithm: 'sha256', value: Buffer.from(sha256, 'hex').toString('base64') }]
        : [],
  }
}

const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`)
