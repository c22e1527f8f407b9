import { DeleteObjectsCommand } from '@aws-sdk/client-s3'
import { MediaStoreUnavailable } from '../../../ports/media-store.ts'
import { requireMediaKey } from '../media-key.ts'
import type { Bucket } from './bucket.ts'

/** S3 takes no more in a request. */
const KEYS_PER_REQUEST = 1000

/** What S3 answers where there was nothing to remove. */
const ABSENT = 'NoSuchKey'

/**
 * Removes objects, those that are there.
 * @throws MediaStoreUnavailable naming keys that are still there, after all others were tried
 */
export async function removeObjects({ client, name }: Bucket, keys: readonly string[]): Promise<void> {
  for (const key of keys) requireMediaKey(key)
  const kept: string[] = []
  const keysLeft: string[] = []
  for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
    const Objects = keys.slice(start, start + KEYS_PER_REQUEST).map((Key) => ({ Key }))
    // Quiet: only what went wrong is told.
    const answer = await client.send(
      new DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }),
    )
    for (const { Key, Code, Message } of answer.Errors ?? []) {
      if (Code === ABSENT) continue
      kept.push(`${Key}: ${Code} ${Message ?? ''}`.trimEnd())
      if (Key !== undefined) keysLeft.push(Key)
    }
  }
  if (kept.length === 0) return
  throw new MediaStoreUnavailable(`${kept.length} of ${keys.length} objects could not be removed`, {
    cause: new AggregateError(kept.map((telling) => new Error(telling))),
    keysLeft,
  })
}
