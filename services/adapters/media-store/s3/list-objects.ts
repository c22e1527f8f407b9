import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { MediaPage } from '../../../ports/media-store.ts'
import { isMediaKey } from '../media-key.ts'
import type { Bucket } from './bucket.ts'

/** A page of the bucket's media, in the order of keys. Others may keep things there: those are passed over. */
export async function listObjects(
  { client, name }: Bucket,
  limit: number,
  from: string | undefined,
): Promise<MediaPage> {
  const { Contents = [], IsTruncated } = await client.send(
    new ListObjectsV2Command({
      Bucket: name,
      MaxKeys: limit,
      ...(from !== undefined && { StartAfter: from }),
    }),
  )
  const objects = Contents.flatMap(({ Key: key = '', Size, LastModified }) =>
    isMediaKey(key) ? [{ key, sizeBytes: Size ?? 0, modifiedMs: LastModified?.getTime() ?? 0 }] : [],
  )
  const next = Contents.at(-1)?.Key
  return { objects, ...(IsTruncated === true && next !== undefined && { next }) }
}
