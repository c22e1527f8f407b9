import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3'
import type { Checksum } from '../../../../contracts/resources/checksum.ts'
import type { StoredMedia } from '../../../ports/media-store.ts'
import type { Bucket } from './bucket.ts'

/** Name of the metadata that has an object's SHA-256 in hexadecimal (`x-amz-meta-sha256`). */
export const SHA256_METADATA = 'sha256'

const SHA256_HEX = /^[0-9a-f]{64}$/
/** With a number behind a hyphen it is of the parts of a multipart upload. */
const SHA256_BASE64 = /^[A-Za-z0-9+/]{43}=$/
const MD5_TAG = /^"?([0-9a-f]{32})"?$/

type Answer = HeadObjectCommandOutput | GetObjectCommandOutput

/**
 * What S3 says of an object.
 * @param sizeBytes of all of it, where the answer is about a part
 */
export function storedMedia(
  { tagsAreMd5 }: Pick<Bucket, 'tagsAreMd5'>,
  answer: Answer,
  sizeBytes = answer.ContentLength ?? 0,
): StoredMedia {
  const sha256 = sha256Of(answer)
  const md5 = tagsAreMd5 ? md5Of(answer) : undefined
  const checksums: readonly (Checksum | undefined)[] = [
    sha256 === undefined ? undefined : { algorithm: 'sha256', value: sha256 },
    md5 === undefined ? undefined : { algorithm: 'md5', value: md5 },
  ]
  return {
    sizeBytes,
    contentType: answer.ContentType ?? 'application/octet-stream',
    etag: quoted(answer.ETag ?? ''),
    modifiedMs: answer.LastModified?.getTime() ?? 0,
    checksums: checksums.filter((checksum) => checksum !== undefined),
  }
}

/** Base64: what the service put beside an object of its own, or what an uploader announced and S3 checked. */
function sha256Of({ Metadata, ChecksumSHA256, ChecksumType }: Answer): string | undefined {
  const beside = Metadata?.[SHA256_METADATA]
  if (beside !== undefined && SHA256_HEX.test(beside)) return Buffer.from(beside, 'hex').toString('base64')
  if (ChecksumSHA256 === undefined || ChecksumType === 'COMPOSITE') return undefined
  return SHA256_BASE64.test(ChecksumSHA256) ? ChecksumSHA256 : undefined
}

/** Base64. Only S3's own encryption leaves the tag what it is. */
function md5Of({ ETag, ServerSideEncryption = 'AES256', SSECustomerAlgorithm }: Answer): string | undefined {
  const md5 = MD5_TAG.exec(ETag ?? '')?.[1]
  const isPlain = ServerSideEncryption === 'AES256' && SSECustomerAlgorithm === undefined
  return md5 !== undefined && isPlain ? Buffer.from(md5, 'hex').toString('base64') : undefined
}

const quoted = (etag: string): string => (etag.startsWith('"') ? etag : `"${etag}"`)
