import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'

/** Of all attempts together. */
const TIMEOUT_MS = 5_000

/**
 * Whether the bucket is there and takes our credentials. Lists, as a HEAD is refused without a reason; and
 * without the right to list S3 answers 403 for what is not there, so it is needed anyway.
 */
export async function checkBucket({ client, name }: Bucket): Promise<void> {
  const abortSignal = AbortSignal.timeout(TIMEOUT_MS)
  await client.send(new ListObjectsV2Command({ Bucket: name, MaxKeys: 1 }), { abortSignal })
}
