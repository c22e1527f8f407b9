import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { newMediaKey } from '../../services/adapters/media-store/media-key.ts'
import type { S3MediaStore } from '../../services/adapters/media-store/s3/s3-media-store.ts'
import type { Report } from '../../services/reconciling/finding.ts'
import { upload } from '../support/media-requests.ts'
import { copyObject, findingsIn, loseObject, truncateObject } from '../support/reconciled.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { BUCKET, openStoreOn } from '../support/s3/s3-store.ts'
import { type AllocatedObject, putFlow, send } from '../support/tams-requests.ts'

const FOLDER = '11111111-1111-4111-8111-111111111111'
const CLOUD = '33333333-3333-4333-8333-333333333333'
const MEDIA_BYTES = 1000

type Uploaded = { readonly object_id: string; readonly key: string }

/** Brings an index and its storage out of step, and has it found and settled. */
export const reconcileSuite = (
  name: string,
  start: (directory: string, buckets: readonly string[]) => Promise<RunningS3>,
) =>
  describe(`framelog reconcile, with a folder and ${name}`, () => {
    const folder = temporaryFolder()
    const media = join(folder, 'media')
    let s3: RunningS3
    let bucket: S3MediaStore
    let service: RunningService
    let environment: Record<string, string>

    beforeAll(async () => {
      s3 = await start(join(folder, 's3'), [BUCKET])
      bucket = await openStoreOn(s3)
      const { endpoint, region, credentials } = s3
      const file = join(folder, 'backends.yaml')
      const keys = { access_key_id_env: 'CLOUD_KEY', secret_access_key_env: 'CLOUD_SECRET' }
      const backends = [
        { type: 'filesystem', id: FOLDER, label: 'folder', directory: 'media', default: true },
        { type: 's3', id: CLOUD, label: 'cloud', bucket: BUCKET, endpoint, region, ...keys },
      ]
      writeFileSync(file, stringify(backends))
      environment = {
        STORAGE_BACKENDS: file,
        CLOUD_KEY: credentials.accessKeyId,
        CLOUD_SECRET: credentials.secretAccessKey,
      }
      service = await startService(join(folder, 'data'), environment)
    })
    afterAll(async () => {
      await service.stop()
      bucket.close()
      await s3.kill()
      rmSync(folder, { recursive: true, force: true })
    })

    const reconcile = async (...flags: string[]) => {
      const { code, stdout, stderr } = await runCli(['reconcile', '--json', '--older-than', '0', ...flags], {
        DATA_DIR: join(folder, 'data'),
        // The AWS SDK's, of Node 20.
        NODE_NO_WARNINGS: '1',
        ...environment,
      })
      const reports = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Report)
      return { code, stderr, reports, findings: findingsIn(reports) }
    }

    /** Objects with media that a new flow uses. */
    async function inUse(storage_id: string, count: number): Promise<readonly Uploaded[]> {
      const flow = await putFlow(service.url)
      return addTo(flow, storage_id, count)
    }

    async function addTo(flow: string, storage_id: string, count: number): Promise<readonly Uploaded[]> {
      const asked = { limit: count, storage_id }
      const { body } = await send(`${service.url}/flows/${flow}/storage`, 'POST', asked)
      const objects = (body as { media_objects: readonly AllocatedObject[] }).media_objects
      for (const { put_url } of objects) await uploadTo(put_url)
      const segments = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
      expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', segments)).status).toBe(201)
      return objects.map(({ object_id, put_url }) => ({ object_id, key: keyIn(put_url.url) }))
    }

    async function copyTo(storage_id: string, object_id: string): Promise<void> {
      const path = `${service.url}/objects/${object_id}`
      expect((await send(`${path}/instances`, 'POST', { storage_id })).status).toBe(201)
      await expect.poll(() => instancesOf(object_id)).toContain(storage_id)
    }

    async function instancesOf(object_id: string): Promise<readonly string[]> {
      const { body } = await send(`${service.url}/objects/${object_id}?verbose_storage=true`, 'GET')
      const { get_urls } = body as { get_urls: readonly { storage_id?: string }[] }
      return get_urls.flatMap(({ storage_id }) => storage_id ?? [])
    }

    /** Recorded by the service, a while after an object's first use. */
    async function sizeOf(object_id: string): Promise<number | undefined> {
      const { body } = await send(`${service.url}/objects/${object_id}?include_checksums=true`, 'GET')
      return (body as { size_bytes?: number }).size_bytes
    }

    const putIntoBucket = (key: string, bytes: number) =>
      bucket.write(key, 'video/mp2t', Readable.from([Buffer.alloc(bytes)]))

    it('finds nothing while media is taken in, copied and deleted', async () => {
      let isOver = false
      const work = async (storage_id: string, other: string) => {
        while (!isOver) {
          const flow = await putFlow(service.url)
          const [first] = await addTo(flow, storage_id, 4)
          await copyTo(other, first!.object_id)
          await send(`${service.url}/flows/${flow}/segments?timerange=[1:0_2:0)`, 'DELETE')
          await send(`${service.url}/flows/${flow}`, 'DELETE')
        }
      }
      const working = Promise.all([work(FOLDER, CLOUD), work(CLOUD, FOLDER), work(FOLDER, CLOUD)])
      for (let run = 0; run < 3; run++) {
        const { code, stderr, findings } = await reconcile('--repair')
        expect([code, stderr, findings]).toEqual([0, '', []])
      }
      isOver = true
      await working
    })

    it('finds what was broken and nothing else, settles what can be, and tells what is lost', async () => {
      const [lost, short, copied, shortCopied, whole] = await inUse(FOLDER, 9)
      const [cloudLost, cloudShort, cloudCopied] = await inUse(CLOUD, 9)
      for (const { object_id } of [copied!, shortCopied!]) await copyTo(CLOUD, object_id)
      await copyTo(FOLDER, cloudCopied!.object_id)
      for (const object of [lost, short, copied, shortCopied, cloudLost, cloudShort, cloudCopied])
        await expect.poll(() => sizeOf(object!.object_id)).toBe(MEDIA_BYTES)
      expect((await reconcile()).findings).toEqual([])

      for (const { key } of [lost!, copied!]) loseObject(media, key)
      for (const { key } of [short!, shortCopied!]) truncateObject(media, key, 10)
      const alien = copyObject(media, whole!.key, 'a'.repeat(32))
      await bucket.remove([cloudLost!.key, cloudShort!.key, cloudCopied!.key])
      await putIntoBucket(cloudShort!.key, 10)
      const cloudAlien = newMediaKey(Date.now())
      await putIntoBucket(cloudAlien, 7)

      const inFolder = { storage_id: FOLDER }
      const inCloud = { storage_id: CLOUD }
      const sizes = { size_bytes: 10, expected_bytes: MEDIA_BYTES }
      const lostForGood = [
        { kind: 'missing', ...inFolder, ...lost, expected_bytes: MEDIA_BYTES, outcome: 'lost' },
        { kind: 'other_size', ...inFolder, ...short, ...sizes, outcome: 'lost' },
        { kind: 'missing', ...inCloud, ...cloudLost, expected_bytes: MEDIA_BYTES, outcome: 'lost' },
        { kind: 'other_size', ...inCloud, ...cloudShort, ...sizes, outcome: 'lost' },
      ]
      const others = [
        { kind: 'missing', ...inFolder, ...copied, expected_bytes: MEDIA_BYTES },
        { kind: 'other_size', ...inFolder, ...shortCopied, ...sizes },
        { kind: 'orphaned', ...inFolder, key: alien, size_bytes: MEDIA_BYTES },
        { kind: 'missing', ...inCloud, ...cloudCopied, expected_bytes: MEDIA_BYTES },
        { kind: 'orphaned', ...inCloud, key: cloudAlien, size_bytes: 7 },
      ]
      const all = (outcome: string) =>
        sorted([...lostForGood, ...others.map((each) => ({ ...each, outcome }))])

      const beside = await reconcile()
      expect(sorted(beside.findings)).toEqual(all('open'))
      expect([beside.code, beside.stderr]).toEqual([1, 'error: 9 findings are left\n'])

      expect(await service.stop()).toBe(0)
      expect(sorted((await reconcile()).findings)).toEqual(all('open'))
      const repaired = await reconcile('--repair')
      expect(sorted(repaired.findings)).toEqual(all('settled'))
      expect([repaired.code, repaired.stderr]).toEqual([1, 'error: 4 findings are left\n'])

      service = await startService(join(folder, 'data'), environment)
      for (const { object_id } of [copied!, shortCopied!])
        await expect.poll(() => instancesOf(object_id)).toContain(FOLDER)
      await expect.poll(() => instancesOf(cloudCopied!.object_id)).toContain(CLOUD)
      expect(sorted((await reconcile('--repair')).findings)).toEqual(sorted(lostForGood))
    })

    it('looks through the backends it is told to, and refuses others', async () => {
      const { reports } = await reconcile('--storage-id', CLOUD)
      expect(reports.filter(({ type }) => type !== 'finding')).toMatchObject([{ storage_id: CLOUD }])
      const { code, stderr } = await reconcile('--storage-id', 'elsewhere')
      expect([code, stderr]).toEqual([2, 'error: --storage-id: there is no storage backend elsewhere\n'])
    })

    it('goes on with the others where a backend is away, and fails', async () => {
      const missing = join(folder, 'none')
      const away = { ...environment, STORAGE_BACKENDS: join(folder, 'away.yaml') }
      writeFileSync(
        away.STORAGE_BACKENDS,
        stringify([
          { type: 'filesystem', id: FOLDER, label: 'folder', directory: media, default: true },
          {
            type: 's3',
            id: CLOUD,
            label: 'cloud',
            bucket: BUCKET,
            endpoint: 'http://127.0.0.1:9',
            access_key_id_env: 'CLOUD_KEY',
            secret_access_key_env: 'CLOUD_SECRET',
          },
        ]),
      )
      const { code, stdout } = await runCli(['reconcile'], { DATA_DIR: join(folder, 'data'), ...away })
      expect(code).toBe(1)
      expect(stdout).toMatch(/^folder +\d/m)
      expect(stdout).toMatch(/^storage backend cloud: /m)
      expect(stdout).toMatch(/^references of \d+ objects: 0 dangling, 0 uncounted, 0 left$/m)

      const none = await runCli(['reconcile'], { DATA_DIR: missing })
      expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining(`no event log at ${missing}`) })
    })
  })

/** S3 answers 409 where something else goes on near by, such as a removal: then it is to be sent again. */
async function uploadTo(putUrl: AllocatedObject['put_url']): Promise<void> {
  const media = randomBytes(MEDIA_BYTES)
  await expect.poll(() => upload(putUrl, media)).toBeLessThan(300)
}

const keyIn = (url: string): string => url.match(/\d{4}\/\d\d\/\d\d\/[0-9a-f]{32}/)?.[0] ?? ''

const sorted = <T extends object>(findings: readonly T[]): readonly T[] =>
  findings.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

const keyOf = (finding: object): string => ('key' in finding ? String(finding.key) : '')
