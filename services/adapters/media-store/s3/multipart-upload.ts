import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
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
  /** Has S3 take the next part from another object; waits likewise. */
  copy(part: CopiedPart): Promise<void>
  /** Makes the object of all parts. @param condition what it is made on */
  complete(condition: { readonly IfNoneMatch?: string }): Promise<void>
  /** Removes what was sent, as far as S3 lets us: a later sweep sees to the rest. */
  abort(): Promise<void>
}

export type CopiedPart = {
  /** Bucket and key. */
  readonly from: string
  /** What the object has to be still. */
  readonly etag: string
  /** As in an HTTP header. */
  readonly range: string
}

type Part = {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId: string
  readonly PartNumber: number
}

/** Parts under way at once: as many are in memory, and one more that is being read. */
const PARTS_AT_ONCE = 3

export async function startMultipartUpload(
  { client, name: Bucket, underWay }: Bucket,
  { key: Key, contentType, metadata }: MultipartTarget,
): Promise<MultipartUpload> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: contentType, Metadata: metadata }),
  )
  if (UploadId === undefined) throw new Error('S3 began an upload without an id')
  underWay.add(UploadId)
  const parts: Promise<{ PartNumber: number; ETag: string | undefined }>[] = []

  const add = async (start: (part: Part) => Promise<string | undefined>) => {
    await parts.at(-PARTS_AT_ONCE)
    const PartNumber = parts.length + 1
    const sending = start({ Bucket, Key, UploadId, PartNumber }).then((ETag) => ({ PartNumber, ETag }))
    // Where it fails, the one that waits for it later is told.
    sending.catch(ignore)
    parts.push(sending)
  }
  return {
    send: (bytes) =>
      add(async (part) => {
        const sent = new UploadPartCommand({ ...part, Body: bytes, ContentLength: bytes.length })
        return (await client.send(sent)).ETag
      }),
    copy: ({ from, etag, range }) =>
      add(async (part) => {
        const copied = { ...part, CopySource: from, CopySourceIfMatch: etag, CopySourceRange: range }
        return (await client.send(new UploadPartCopyCommand(copied))).CopyPartResult?.ETag
      }),
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
      underWay.delete(UploadId)
    },
    async abort() {
      // A part that arrives after the end of its upload would stay.
      await Promise.allSettled(parts)
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(ignore)
      underWay.delete(UploadId)
    },
  }
}

const ignore = () => {}
