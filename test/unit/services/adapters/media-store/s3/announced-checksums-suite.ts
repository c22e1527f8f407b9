import { createHash, randomBytes } from 'node:crypto'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createS3Client } from '../../../../../../services/adapters/media-store/s3/s3-client.ts'
import type { S3MediaStore } from '../../../../../../services/adapters/media-store/s3/s3-media-store.ts'
import { temporaryFolder } from '../../../../../support/running-service.ts'
import type { RunningS3 } from '../../../../../support/s3/running-s3.ts'
import { BUCKET, openStoreOn } from '../../../../../support/s3/s3-store.ts'

const TYPE = 'video/mp2t'
const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('base64')

/** What becomes of the checksums that uploads come with (ADR 0048). */
export const announcedChecksumsSuite = (name: string, start: (directory: string) => Promise<RunningS3>) =>
  describe(`an upload to ${name}`, () => {
    let server: RunningS3
    let store: S3MediaStore
    beforeAll(async () => {
      server = await start(temporaryFolder())
      store = await openStoreOn(server)
    })
    afterAll(async () => {
      store.close()
      await server.kill()
    })

    const bytes = randomBytes(100_000)
    const upload = async (headers: Record<string, string> = {}) => {
      const key = store.newKey(Date.now(), 'clip')
      const { status } = await fetch(store.putUrl(key, TYPE, Date.now()), {
        method: 'PUT',
        body: new Uint8Array(bytes),
        headers: { 'content-type': TYPE, ...headers },
      })
      return { status, key, media: await store.head(key) }
    }

    it('to a presigned URL is taken with the Content-MD5 it has, and with no other', async () => {
      const right = await upload({ 'content-md5': digest('md5', bytes) })
      expect([right.status, right.media?.sizeBytes]).toEqual([200, bytes.length])
      const wrong = await upload({ 'content-md5': digest('md5', Buffer.from('other')) })
      expect([wrong.status, wrong.media]).toEqual([400, undefined])
    })

    it('to a presigned URL has no header of S3’s that the URL does not tell of', async () => {
      const refused = await upload({ 'x-amz-checksum-sha256': digest('sha256', bytes) })
      expect([refused.status, refused.media]).toEqual([403, undefined])
    })

    it('to a presigned URL makes its MD5 known where entity tags are that', async () => {
      const { key, media } = await upload()
      expect(media?.checksums).toEqual([])
      const trusting = await openStoreOn(server, { etagIsMd5: true })
      expect((await trusting.head(key))?.checksums).toEqual([
        { algorithm: 'md5', value: digest('md5', bytes) },
      ])
      trusting.close()
    })

    it('by a client’s own credentials is taken with the SHA-256 it has, which is known then', async () => {
      const client = createS3Client({ ...server, bucket: BUCKET, pathStyle: true })
      const send = (key: string, sha256: string) =>
        client.send(
          new PutObjectCommand({
            ...{ Bucket: BUCKET, Key: key, ContentType: TYPE, Body: bytes },
            ChecksumSHA256: sha256,
          }),
        )
      const [right, wrong] = [store.newKey(Date.now(), 'clip'), store.newKey(Date.now(), 'clip')]
      const sha256 = digest('sha256', bytes)
      await send(right, sha256)
      expect((await store.head(right))?.checksums).toEqual([{ algorithm: 'sha256', value: sha256 }])
      await expect(send(wrong, digest('sha256', Buffer.from('other')))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 400 },
      })
      expect(await store.head(wrong)).toBeUndefined()
      client.destroy()
    })
  })
