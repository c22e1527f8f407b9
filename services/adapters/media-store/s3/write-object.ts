import type { Readable } from 'node:stream'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { type ExpectedMedia, MediaStoreUnavailable, type StoredMedia } from '../../../ports/media-store.ts'
import { requireMediaKey } from '../media-key.ts'
import {
  type BodyDigest,
  type BodyDigester,
  bodyDigester,
  requireExpected,
  requireSame,
  tooLarge,
} from './body-digest.ts'
import { type BodyPart, bodyParts } from './body-parts.ts'
import type { Bucket } from './bucket.ts'
import { startMultipartUpload } from './multipart-upload.ts'
import { type Condition, onceOnly } from './once-only.ts'
import { headObject } from './read-object.ts'
import { SHA256_METADATA } from './stored-object.ts'

export type UploadTerms = {
  readonly key: string
  readonly contentType: string
  readonly expected: ExpectedMedia
  readonly maxBytes: number
}

type Upload = UploadTerms & {
  readonly bucket: Bucket
  readonly digester: BodyDigester
  readonly parts: AsyncGenerator<BodyPart>
}

/** `made`: the object is the one that was sent. Otherwise one was there first, maybe the same. */
type Sent = { readonly digest: BodyDigest; readonly made: boolean }

const SMALLEST_PART_BYTES = 8 * 1024 ** 2
const MAX_PARTS = 10_000

/**
 * Takes an object in: in one request where it fits a part, else as a multipart upload. It comes to be only if
 * its key has none (`If-None-Match`). A store that does not know that condition is asked before only, so that
 * of two uploads of one key at the same instant the later stays.
 * @throws UploadRefused; what `body` or S3 fails with
 */
export async function writeObject(bucket: Bucket, body: Readable, terms: UploadTerms): Promise<StoredMedia> {
  // It may fail before it is read: reading it then tells.
  body.on('error', ignore)
  try {
    const { key, contentType, maxBytes, expected } = terms
    requireMediaKey(key)
    if ((expected.sizeBytes ?? 0) > maxBytes) throw tooLarge(maxBytes)
    const partBytes = Math.max(SMALLEST_PART_BYTES, Math.ceil(maxBytes / MAX_PARTS))
    const upload = { ...terms, bucket, digester: bodyDigester(maxBytes), parts: bodyParts(body, partBytes) }
    const present = await headObject(bucket, key)
    const { digest, made } = await (present ? readOnly(upload) : send(upload))
    const stored = await headObject(bucket, key)
    if (!stored) throw new MediaStoreUnavailable('an object was removed as soon as it was uploaded')
    if (!made) requireSame(stored, digest, contentType)
    return stored
  } finally {
    body.destroy()
  }
}

/** Where an object is already, the body only has to be known. */
async function readOnly({ parts, digester, expected }: Upload): Promise<Sent> {
  for await (const { bytes } of parts) digester.add(bytes)
  return { digest: digestOf(digester, expected), made: false }
}

async function send(upload: Upload): Promise<Sent> {
  const { parts, digester, expected } = upload
  const { value: first } = await parts.next()
  if (!first) throw new Error('a body has a part, be it empty')
  digester.add(first.bytes)
  if (!first.isLast) return sendParts(upload, first.bytes)
  const digest = digestOf(digester, expected)
  const made = await onceOnly((condition) => putObject(upload, first.bytes, digest.sha256, condition))
  return { digest, made }
}

async function sendParts(upload: Upload, first: Buffer): Promise<Sent> {
  const { bucket, key, contentType, expected, parts, digester } = upload
  const announced = expected.checksums?.find(({ algorithm }) => algorithm === 'sha256')?.value
  const metadata = announced === undefined ? {} : sha256Metadata(announced)
  const multipart = await startMultipartUpload(bucket, { key, contentType, metadata })
  try {
    await multipart.send(first)
    for await (const { bytes } of parts) {
      digester.add(bytes)
      await multipart.send(bytes)
    }
    const digest = digestOf(digester, expected)
    const made = await onceOnly((condition) => multipart.complete(condition))
    if (!made) await multipart.abort()
    return { digest, made }
  } catch (error) {
    await multipart.abort()
    throw error
  }
}

function digestOf(digester: BodyDigester, expected: ExpectedMedia): BodyDigest {
  const digest = digester.end()
  requireExpected(digest, expected)
  return digest
}

async function putObject(
  { bucket, key, contentType }: Upload,
  bytes: Buffer,
  sha256: string,
  condition: Condition,
): Promise<void> {
  await bucket.client.send(
    new PutObjectCommand({
      Bucket: bucket.name,
      Key: key,
      Body: bytes,
      ContentLength: bytes.length,
      ContentType: contentType,
      Metadata: sha256Metadata(sha256),
      ...condition,
    }),
  )
}

const sha256Metadata = (base64: string): Record<string, string> => ({
  [SHA256_METADATA]: Buffer.from(base64, 'base64').toString('hex'),
})

const ignore = () => {}
