import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { createS3Client } from '../../../services/adapters/media-store/s3/s3-client.ts'
import type { HalfUploads } from '../../ports/media-store-contract.ts'
import type { RunningS3 } from './running-s3.ts'

export type S3HalfUploads = HalfUploads & {
  /** Begins one, and sends nothing. */
  begin(key: string): Promise<void>
  /** A thousand at most. */
  keys(): Promise<readonly string[]>
  close(): void
}

/** Multipart uploads to a bucket, by another client than that of the store. */
export function halfUploadsOn(server: RunningS3, bucket: string): S3HalfUploads {
  const { endpoint, region, credentials } = server
  const client = createS3Client({ bucket, region, endpoint, credentials, pathStyle: true })
  const begin = async (Key: string) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }))).UploadId
  const keys = async () => {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    return Uploads.map(({ Key = '' }) => Key)
  }
  return {
    begin: async (key) => void (await begin(key)),
    leave: async (Key) => {
      const UploadId = await begin(Key)
      const part = { Bucket: bucket, Key, UploadId, PartNumber: 1, Body: Buffer.from('half') }
      await client.send(new UploadPartCommand(part))
    },
    keys,
    count: async () => (await keys()).length,
    close: () => client.destroy(),
  }
}
