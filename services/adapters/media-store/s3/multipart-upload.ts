import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Bucket } from './bucket.ts'

export type MultipartTarget = {
  readonly key: string
  readonly contentType: string
  readonly metadata: Record<string, string>
}

export type MultipartUpload = {
  /** Sends the next part; waits while too many are under way. */
  send(bytes: Buffer): Promise<void>
  /** Makes the object of all parts. @param condition what it is made on */
  complete(condition: { readonly IfNoneMatch?: string }): Promise<void>
  /** Removes what was sent, as far as S3 lets us: a lifecycle rule of the bucket sees to the rest. */
  abort(): Promise<void>
}

/** Parts under way at once: as many are in memory, and one more that is being read. */
const PARTS_AT_ONCE = 3

export async function startMultipartUpload(
  { client, name: Bucket }: Bucket,
  { key: Key, contentType, metadata }: MultipartTarget,
): Promise<MultipartUpload> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: contentType, Metadata: metadata }),
  )
  const parts: Promise<{ PartNumber: number; ETag: string | undefined }>[] = []

  const sendPart = async (bytes: Buffer, PartNumber: number) => {
    const part = { Bucket, Key, UploadId, PartNumber, Body: bytes, ContentLength: bytes.length }
    return { PartNumber, ETag: (await client.send(new UploadPartCommand(part))).ETag }
  }
  return {
    async send(bytes) {
      await parts.at(-PARTS_AT_ONCE)
      const sending = sendPart(bytes, parts.length + 1)
      // Where it fails, the one that waits for it later is told.
      sending.catch(ignore)
      parts.push(sending)
    },
    async complete(condition) {
      const Parts = await Promise.all(parts)
      await client.send(
        new CompleteMultipartUploadCommand({
          Bucket,
          Key,
          UploadId,
          MultipartUpload: { Parts },
          ...condition,
        }),
      )
    },
    async abort() {
      // A part that arrives after the end of its upload would stay.
      await Promise.allSettled(parts)
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(ignore)
    },
  }
}

const ignore = () => {}
