import { createHash, randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { download, upload } from '../support/media-requests.ts'
import { runCli } from '../support/run-cli.ts'
import { startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { s3Environment } from '../support/s3/s3-environment.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

/** What holds for a service that keeps its media on S3. */
export const s3StorageSuite = (
  name: string,
  start: (directory: string, buckets: readonly string[]) => Promise<RunningS3>,
) =>
  describe(`a service that keeps its media on ${name}`, () => {
    let folder: string
    let s3: RunningS3
    beforeAll(async () => {
      folder = temporaryFolder()
      s3 = await start(`${folder}/s3`, [BUCKET])
    })
    afterAll(async () => {
      await s3.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    it('has it uploaded to and downloaded from there, now and after a restart', async () => {
      const first = await startService(`${folder}/data`, s3Environment(s3))
      const flow = await putFlow(first.url)
      const objects = await allocate(first.url, flow, 3)
      const media = objects.map(() => randomBytes(200_000))
      for (const [i, { put_url }] of objects.entries()) {
        expect(put_url.url).toMatch(`${s3.endpoint}/${BUCKET}/`)
        expect(await upload(put_url, media[i]!)).toBe(200)
      }
      const segments = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
      expect((await send(`${first.url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)
      const before = await storageOf(first.url)
      expect(await first.stop()).toBe(0)

      const second = await startService(`${folder}/data`, s3Environment(s3))
      expect(await storageOf(second.url)).toEqual(before)
      const listed = await listSegments(second.url, flow)
      expect(listed).toHaveLength(3)
      for (const [i, { get_urls }] of listed.entries()) {
        const url = get_urls[0]?.url ?? ''
        expect((await download(url)).bytes.equals(media[i]!)).toBe(true)
        const part = await download(url, 'bytes=1000-1999')
        expect(part.status).toBe(206)
        expect(part.bytes.equals(media[i]!.subarray(1000, 2000))).toBe(true)
      }
      expect(await second.stop()).toBe(0)
    })

    it('finds out the size of what clients upload, and its MD5 where the store makes tags of that', async () => {
      const service = await startService(`${folder}/data`, { ...s3Environment(s3), S3_ETAG_IS_MD5: 'true' })
      const flow = await putFlow(service.url)
      const [object] = await allocate(service.url, flow, 1)
      const media = randomBytes(50_000)
      expect(await upload(object!.put_url, media)).toBe(200)
      const segment = { object_id: object!.object_id, timerange: '[0:0_1:0)' }
      expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', segment)).status).toBe(201)
      const told = async () =>
        (await send(`${service.url}/objects/${object!.object_id}?include_checksums=true`, 'GET')).body
      const value = createHash('md5').update(media).digest('base64')
      await expect
        .poll(told)
        .toMatchObject({ size_bytes: media.length, checksums: [{ algorithm: 'md5', value }] })
      const { code, stdout } = await runCli(['verify', flow, '--url', service.url, '--strict'])
      expect([code, stdout]).toEqual([0, expect.stringContaining('1 objects (0.1 MB), 1 ok')])
      await service.stop()
    })

    it('tells of it as its one storage backend', async () => {
      const service = await startService(`${folder}/data`, s3Environment(s3))
      expect(await storageOf(service.url)).toEqual([
        {
          id: expect.any(String),
          label: 's3',
          store_type: 'http_object_store',
          provider: '127.0.0.1',
          store_product: 's3',
          region: s3.region,
          default_storage: true,
        },
      ])
      await service.stop()
    })

    it('finds credentials where the tools of AWS do, and does not start without any', async () => {
      const { S3_ACCESS_KEY_ID = '', S3_SECRET_ACCESS_KEY = '', ...rest } = s3Environment(s3)
      const alone = { ...rest, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
      const found = { AWS_ACCESS_KEY_ID: S3_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: S3_SECRET_ACCESS_KEY }
      const service = await startService(`${folder}/data`, { ...alone, ...found })
      const [object] = await allocate(service.url, await putFlow(service.url), 1)
      expect(await upload(object!.put_url, Buffer.from('x'))).toBe(200)
      await service.stop()
      await expect(startService(`${folder}/data`, alone)).rejects.toThrow('no credentials were found')
    })

    it.each([
      ['a bucket that is not there', { S3_BUCKET_NAME: 'no-such-bucket' }, 'there is no such bucket'],
      ['another secret', { S3_SECRET_ACCESS_KEY: 'guessed-badly' }, 'the secret access key is not right'],
      ['another region', { S3_REGION: 'ap-south-1' }, 'region'],
    ])('does not start with %s, and says so', async (_what, changes, message) => {
      const starting = startService(`${folder}/other`, { ...s3Environment(s3), ...changes })
      const failure = await starting.catch((error: Error) => error)
      expect(failure).toMatchObject({
        message: expect.stringContaining('error: storage backend s3: the bucket '),
      })
      expect(failure).toMatchObject({ message: expect.stringContaining(message) })
      expect(failure).toMatchObject({ message: expect.not.stringMatching(/guessed-badly|\n {4}at /) })
    })
  })

const storageOf = async (url: string): Promise<unknown> =>
  (await send(`${url}/service/storage-backends`, 'GET')).body
