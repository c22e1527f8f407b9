import type { S3Client } from '@aws-sdk/client-s3'
import type { BucketPlace } from './s3-fault.ts'

/** A bucket, and the client that reaches it. */
export type Bucket = {
  readonly client: S3Client
  readonly name: string
  readonly place: BucketPlace
  /** Buckets of one service can be copied between by the service itself. */
  readonly service: string
  /** Whether the entity tag of an object that was sent whole, and is not sealed by a key of its own, is its MD5. */
  readonly tagsAreMd5: boolean
  /** Ids of the multipart uploads that are under way here. */
  readonly underWay: Set<string>
}
