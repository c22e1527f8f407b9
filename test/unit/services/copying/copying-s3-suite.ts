import { createHash, randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BACKEND_ID, SHELF_ID } from '../../../support/command-harness.ts'
import {
  BYTES,
  copying,
  elsewhere,
  fill,
  keyOfCopy,
  openCount,
  PATIENCE,
  withStoreInstead,
} from '../../../support/copying.ts'
import { type S3StoreOnServer, startS3Store } from '../../../support/s3/s3-store.ts'
import { startScriptedServer } from '../../../support/scripted-server.ts'
import { withMedia } from '../../../support/with-harness.ts'

/** What is different where a store knows less of what it has. */
export const copyingS3Suite = (name: string, start: Parameters<typeof startS3Store>[0]) =>
  describe(`copying to and from ${name}`, () => {
    let s3: S3StoreOnServer
    beforeAll(async () => {
      s3 = await startS3Store(start)
    })
    afterAll(() => s3.close())

    it('compares what S3 knows no checksum of by reading it: larger than a part, from a URL', () =>
      withMedia(async (harness) => {
        const bytes = randomBytes(9 * 1024 ** 2)
        const web = await startScriptedServer((_, response) => response.end(bytes))
        await elsewhere(harness, 'far', web.url.href)
        await harness.requestCopy('far')
        await harness.catchUp()
        const copier = copying(harness, withStoreInstead(harness, SHELF_ID, s3.store), 1024 ** 3)
        await expect.poll(() => copier.outcomes, PATIENCE).toEqual([bytes.length])
        await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
        const found = await s3.store.read(await keyOfCopy(harness))
        expect(found?.media.checksums).toEqual([])
        expect(digest(await buffer(found!.body))).toBe(digest(bytes))
        await copier.stop()
        await web.close()
      }))

    it('takes what clients uploaded there, of which only a tag is known', () =>
      withMedia(async (harness) => {
        const [key] = await fill(harness, ['a'], null)
        const url = s3.store.putUrl(key!, 'video/mp4', Date.now())
        const headers = { 'content-type': 'video/mp4' }
        const { status } = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(BYTES) })
        expect(status).toBe(200)
        await harness.requestCopy('a')
        await harness.catchUp()
        const copier = copying(harness, withStoreInstead(harness, BACKEND_ID, s3.store))
        await expect.poll(() => copier.outcomes, PATIENCE).toEqual([BYTES.length])
        await expect.poll(() => openCount(harness), PATIENCE).toBe(0)
        await copier.stop()
      }))
  })

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
