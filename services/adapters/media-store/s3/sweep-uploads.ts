import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3'
import { MediaStoreUnavailable } from '../../../ports/media-store.ts'
import { isMediaKey } from '../media-key.ts'
import type { Bucket } from './bucket.ts'
import { nameOf, statusOf } from './s3-fault.ts'

type HalfUpload = { readonly Key: string; readonly UploadId: string }

/**
 * Ends multipart uploads that were begun by then. Others may use the bucket too: only those to keys of the shape
 * that is made here, and none that is under way here.
 * @returns how many were ended
 * @throws what S3 refuses to end, after all others were tried; anything else that it fails with, at once
 */
export async function sweepUploads(
  bucket: Bucket,
  begunByMs: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  let ended = 0
  let failure: unknown
  if (signal.aborted) return ended
  for await (const upload of halfUploads(bucket, begunByMs, signal)) {
    if (signal.aborted) return ended
    try {
      if (await endUpload(bucket, upload, signal)) ended += 1
    } catch (error) {
      if (!isRefusal(error)) throw error
      failure ??= error
    }
  }
  if (failure !== undefined) throw failure
  return ended
}

/**
 * Pages go by key alone: the id of an upload that has been ended is no place to go on from, and not all stores
 * take one. Of a key with many uploads a page may so leave some, for the next sweep.
 */
async function* halfUploads(
  bucket: Bucket,
  begunByMs: number,
  signal: AbortSignal,
): AsyncGenerator<HalfUpload> {
  for (let marker: string | undefined, isLast = false; !isLast; ) {
    const { Uploads = [], IsTruncated, NextKeyMarker } = await listUploads(bucket, marker, signal)
    for (const upload of Uploads) if (isLeft(bucket, upload, begunByMs)) yield upload
    isLast = IsTruncated !== true || NextKeyMarker === undefined || NextKeyMarker === marker
    marker = NextKeyMarker
  }
}

async function listUploads({ client, name }: Bucket, marker: string | undefined, abortSignal: AbortSignal) {
  try {
    return await client.send(
      new ListMultipartUploadsCommand({ Bucket: name, ...(marker !== undefined && { KeyMarker: marker }) }),
      { abortSignal },
    )
  } catch (error) {
    if (nameOf(error) !== 'AccessDenied') throw error
    const message = `these credentials may not list half uploads to the bucket ${name} (s3:ListBucketMultipartUploads)`
    throw new MediaStoreUnavailable(message, { cause: error, needsOperator: true })
  }
}

function isLeft(
  { underWay }: Bucket,
  upload: MultipartUpload,
  begunByMs: number,
): upload is MultipartUpload & HalfUpload {
  const { Key, UploadId, Initiated } = upload
  if (Key === undefined || UploadId === undefined || Initiated === undefined) return false
  return isMediaKey(Key) && !underWay.has(UploadId) && Initiated.getTime() <= begunByMs
}

/** Of one upload, and no sign that S3 is down. */
const isRefusal = (error: unknown): boolean => {
  const status = statusOf(error)
  return status !== undefined && status < 500
}

/** @returns false where it is over already */
async function endUpload(
  { client, name: Bucket }: Bucket,
  { Key, UploadId }: HalfUpload,
  abortSignal: AbortSignal,
): Promise<boolean> {
  try {
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal })
    return true
  } catch (error) {
    if (nameOf(error) === 'NoSuchUpload') return false
    throw error
  }
}
