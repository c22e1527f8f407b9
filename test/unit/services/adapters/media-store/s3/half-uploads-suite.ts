import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { S3MediaStore } from '../../../../../../services/adapters/media-store/s3/s3-media-store.ts'
import { temporaryFolder } from '../../../../../support/running-service.ts'
import { halfUploadsOn, type S3HalfUploads } from '../../../../../support/s3/half-uploads.ts'
import type { RunningS3 } from '../../../../../support/s3/running-s3.ts'
import { BUCKET, openStoreOn } from '../../../../../support/s3/s3-store.ts'

const ANY_AGE_MS = -60_000

/** @param manyUploads more than are listed at once */
export const halfUploadsSuite = (
  name: string,
  start: (directory: string) => Promise<RunningS3>,
  manyUploads: number,
) =>
  describe(`half uploads on ${name}`, () => {
    let directory: string
    let server: RunningS3
    let store: S3MediaStore
    let halfUploads: S3HalfUploads
    beforeAll(async () => {
      directory = temporaryFolder()
      server = await start(directory)
      store = await openStoreOn(server)
      halfUploads = halfUploadsOn(server, BUCKET)
    })
    afterAll(async () => {
      store.close()
      halfUploads.close()
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    })
    const newKey = () => store.newKey(Date.now(), 'x')

    it('of others are left alone', async () => {
      const others = ['0-first', '2026/notes', 'zz/last']
      for (const key of others) await halfUploads.leave(key)
      const key = newKey()
      await halfUploads.leave(key)
      await halfUploads.leave(key)
      expect(await store.sweepUploads(ANY_AGE_MS)).toBe(2)
      expect(await halfUploads.keys()).toEqual(others)
    })

    it('are all found, be they more than are listed at once', { timeout: 120_000 }, async () => {
      for (let i = 0; i < manyUploads; i += 1) await halfUploads.begin(newKey())
      expect(await store.sweepUploads(ANY_AGE_MS)).toBe(manyUploads)
      expect(await store.sweepUploads(ANY_AGE_MS)).toBe(0)
    })
  })
