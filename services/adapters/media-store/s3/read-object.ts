import type { Readable } from 'node:stream'
import { GetObjectCommand, HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { ByteRange, StoredMedia } from '../../../ports/media-store.ts'
import { requireMediaKey } from '../media-key.ts'
import type { Bucket } from './bucket.ts'
import { nameOf, statusOf } from './s3-fault.ts'
import { storedMedia } from './stored-object.ts'

/** @returns undefined where there is no such object */
export async function headObject(bucket: Bucket, key: string): Promise<StoredMedia | undefined> {
  requireMediaKey(key)
  const { client, name } = bucket
  try {
    // Stores that know no checksums take no notice of the mode.
    const asked = new HeadObjectCommand({ Bucket: name, Key: key, ChecksumMode: 'ENABLED' })
    return storedMedia(bucket, await client.send(asked))
  } catch (error) {
    if (statusOf(error) !== 404) throw error
    // A HEAD does not say what is missing. Of a bucket that is gone no object is missing.
    await client.send(new HeadBucketCommand({ Bucket: name })).catch((cause) => {
      if (statusOf(cause) === 404) throw Object.assign(cause, { name: 'NoSuchBucket' })
      throw cause
    })
    return undefined
  }
}

/** @returns undefined where there is no such object */
export async function readObject(bucket: Bucket, key: string, range: ByteRange | undefined) {
  requireMediaKey(key)
  const { client, name } = bucket
  try {
    const answer = await client.send(
      new GetObjectCommand({
        Bucket: name,
        Key: key,
        ...(range && { Range: `bytes=${range.first}-${range.last}` }),
      }),
    )
    // In Node the SDK gives the response itself.
    return {
      media: storedMedia(bucket, answer, wholeSize(answer.ContentRange)),
      body: answer.Body as Readable,
    }
  } catch (error) {
    if (nameOf(error) === 'NoSuchKey') return undefined
    throw error
  }
}

/** The number after the slash of `bytes 0-99/1000`. */
function wholeSize(contentRange: string | undefined): number | undefined {
  const size = contentRange?.match(/\/(\d+)$/)?.[1]
  return size === undefined ? undefined : Number(size)
}
