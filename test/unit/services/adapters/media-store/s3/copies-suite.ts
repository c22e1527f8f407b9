import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { S3MediaStore } from '../../../../../../services/adapters/media-store/s3/s3-media-store.ts'
import type { MediaStore } from '../../../../../../services/ports/media-store.ts'
import { type MediaServer, startMediaServer } from '../../../../../support/media-server.ts'
import { temporaryFolder } from '../../../../../support/running-service.ts'
import type { RunningS3 } from '../../../../../support/s3/running-s3.ts'
import { BUCKET, openStoreOn } from '../../../../../support/s3/s3-store.ts'

const TYPE = 'video/mp4'
const MIB = 1024 ** 2
const OTHER_BUCKET = 'framelog-archive'
/** The least that S3 lets parts be, so that a few megabytes are several of them. */
const COPY_SIZES = { wholeBytes: 6 * MIB, partBytes: 5 * MIB }

export const COPY_BUCKETS = [BUCKET, OTHER_BUCKET]

/** How objects get from one storage backend to another. */
export const copiesSuite = (name: string, start: (directory: string) => Promise<RunningS3>) =>
  describe(`copies to and from ${name}`, () => {
    let directory: string
    let server: RunningS3
    let folder: MediaServer
    let media: S3MediaStore
    let archive: S3MediaStore
    beforeAll(async () => {
      directory = temporaryFolder()
      server = await start(directory)
      folder = await startMediaServer()
      media = await openStoreOn(server)
      archive = await openStoreOn(server, { bucket: OTHER_BUCKET, copySizes: COPY_SIZES })
    })
    afterAll(async () => {
      media.close()
      archive.close()
      await folder.close()
      await server.kill()
      rmSync(directory, { recursive: true, force: true })
    })

    const newKey = () => media.newKey(Date.now(), 'x')
    const write = async (store: MediaStore, bytes: Buffer) => {
      const key = newKey()
      const checksums = [{ algorithm: 'sha256', value: sha256(bytes) }] as const
      return { key, media: await store.write(key, TYPE, Readable.from([bytes]), { checksums }) }
    }
    const bytesOf = async (store: MediaStore, key: string) => buffer((await store.read(key))!.body)

    it.each([
      ['whole', 2 * MIB],
      ['in parts', 17 * MIB + 3],
    ])('go from bucket to bucket %s, with all that is known of them', async (_how, size) => {
      const bytes = randomBytes(size)
      const { key: from, media: original } = await write(media, bytes)
      const to = newKey()
      const copy = await archive.copyFrom(media, from, to)
      expect(copy).toMatchObject({ sizeBytes: size, contentType: TYPE, checksums: original.checksums })
      expect((await bytesOf(archive, to)).equals(bytes)).toBe(true)
      expect(await archive.copyFrom(media, from, to)).toEqual(copy)
      expect(await media.head(to)).toBeUndefined()
    })

    it('are given up between parts, and leave nothing', async () => {
      const { key } = await write(media, randomBytes(17 * MIB))
      const to = newKey()
      await expect(archive.copyFrom(media, key, to, AbortSignal.abort())).rejects.toThrow()
      expect(await archive.head(to)).toBeUndefined()
    })

    it('go from a folder to a bucket and back', async () => {
      const bytes = randomBytes(20 * MIB)
      const { key } = await write(folder.store, bytes)
      const [onS3, back] = [newKey(), newKey()]
      expect(await media.copyFrom(folder.store, key, onS3)).toMatchObject({ sizeBytes: bytes.length })
      const returned = await folder.store.copyFrom(media, onS3, back)
      expect(returned?.checksums).toContainEqual({ algorithm: 'sha256', value: sha256(bytes) })
      expect((await bytesOf(folder.store, back)).equals(bytes)).toBe(true)
      expect(await folder.store.copyFrom(media, newKey(), newKey())).toBeUndefined()
    })

    it('of what a client uploaded by URL are the same bytes', async () => {
      const key = newKey()
      const body = new Uint8Array(randomBytes(100_000))
      const headers = { 'content-type': TYPE }
      await fetch(media.putUrl(key, TYPE, Date.now()), { method: 'PUT', body, headers })
      const to = newKey()
      expect(await archive.copyFrom(media, key, to)).toMatchObject({ sizeBytes: 100_000, contentType: TYPE })
      expect((await bytesOf(archive, to)).equals(body)).toBe(true)
    })
  })

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64')
