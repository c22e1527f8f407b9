import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { download, upload } from '../support/media-requests.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { startSmallS3 } from '../support/s3/small-s3.ts'
import { type AllocatedObject, listSegments, putFlow, send } from '../support/tams-requests.ts'

const FAST = { type: 'filesystem', id: '11111111-1111-4111-8111-111111111111', label: 'fast' } as const
const TAPE = {
  type: 'filesystem',
  id: '22222222-2222-4222-8222-222222222222',
  label: 'tape',
  tags: { tier: 'cold' },
} as const
const CLOUD = { type: 's3', id: '33333333-3333-4333-8333-333333333333', label: 'cloud' } as const

/** Every label has a URL that only its own storage can have made. */
const URL_OF: Readonly<Record<string, RegExp>> = {
  fast: /\/media\/.*signature=/,
  tape: /\/media\/.*signature=/,
  cloud: /X-Amz-Signature=/,
}

describe('a service with two folders and a bucket', () => {
  let folder: string
  let s3: RunningS3
  let service: RunningService
  let start: () => Promise<RunningService>
  beforeAll(async () => {
    folder = temporaryFolder()
    s3 = await startSmallS3({ buckets: [BUCKET] })
    const { endpoint, region, credentials } = s3
    const file = join(folder, 'backends.yaml')
    writeFileSync(
      file,
      stringify([
        { ...TAPE, directory: 'tape' },
        { ...FAST, directory: 'fast', default: true },
        {
          ...CLOUD,
          bucket: BUCKET,
          endpoint,
          region,
          access_key_id_env: 'CLOUD_KEY',
          secret_access_key_env: 'CLOUD_SECRET',
        },
      ]),
    )
    const environment = {
      STORAGE_BACKENDS: file,
      CLOUD_KEY: credentials.accessKeyId,
      CLOUD_SECRET: credentials.secretAccessKey,
    }
    start = () => startService(join(folder, 'data'), environment)
    service = await start()
  })
  afterAll(async () => {
    await service.stop()
    await s3.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  const allocateIn = async (flow: string, storage: object): Promise<AllocatedObject> => {
    const body = { limit: 1, ...storage }
    const answer = await send(`${service.url}/flows/${flow}/storage`, 'POST', body)
    expect(answer.status).toBe(201)
    return (answer.body as { media_objects: AllocatedObject[] }).media_objects[0]!
  }
  const labelsOf = async (flow: string, query: string) => {
    const listed = await listSegments(service.url, flow, `?verbose_storage=true&${query}`)
    return listed.map(({ get_urls }) => (get_urls as readonly { label?: string }[]).map(({ label }) => label))
  }

  it('lists them by label, and by tag', async () => {
    const list = async (query: string) => {
      const { body } = await send(`${service.url}/service/storage-backends${query}`, 'GET')
      return (body as { label: string; default_storage: boolean }[]).map((backend) => [
        backend.label,
        backend.default_storage,
      ])
    }
    expect(await list('')).toEqual([
      ['cloud', false],
      ['fast', true],
      ['tape', false],
    ])
    expect(await list('?tag.tier=cold')).toEqual([['tape', false]])
  })

  it('keeps each object where its client wants it, and finds it again after a restart', async () => {
    const flow = await putFlow(service.url)
    const wanted = [{}, { storage_id: TAPE.id }, { storage_id: CLOUD.id }, { storage_id: FAST.id }]
    const media = wanted.map(() => randomBytes(50_000))
    for (const [i, storage] of wanted.entries()) {
      const { object_id, put_url } = await allocateIn(flow, storage)
      expect(await upload(put_url, media[i]!)).toBe(200)
      const segment = { object_id, timerange: `[${i}:0_${i + 1}:0)` }
      expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', segment)).status).toBe(201)
    }
    expect(await labelsOf(flow, '')).toEqual([['fast'], ['tape'], ['cloud'], ['fast']])
    expect(await labelsOf(flow, `accept_storage_ids=${TAPE.id},${CLOUD.id}`)).toEqual([
      [],
      ['tape'],
      ['cloud'],
      [],
    ])
    expect(await labelsOf(flow, 'accept_get_urls=cloud')).toEqual([[], [], ['cloud'], []])
    expect(await labelsOf(flow, 'storage_backend_tag.tier=cold')).toEqual([[], ['tape'], [], []])

    await service.stop()
    service = await start()
    const listed = await listSegments(service.url, flow, '?verbose_storage=true')
    for (const [i, { get_urls }] of listed.entries()) {
      const { url, label } = get_urls[0] as { url: string; label: string }
      expect(url).toMatch(URL_OF[label]!)
      expect((await download(url)).bytes.equals(media[i]!)).toBe(true)
    }
  })

  it('takes no upload to one folder by the URL of another', async () => {
    const flow = await putFlow(service.url)
    const inFast = new URL((await allocateIn(flow, { storage_id: FAST.id })).put_url.url)
    const { put_url } = await allocateIn(flow, { storage_id: TAPE.id })
    inFast.search = new URL(put_url.url).search
    expect(await upload({ ...put_url, url: inFast.href }, Buffer.from('x'))).toBe(403)
  })

  it('has no storage that is not configured', async () => {
    const flow = await putFlow(service.url)
    const storage_id = '44444444-4444-4444-8444-444444444444'
    const answer = await send(`${service.url}/flows/${flow}/storage`, 'POST', { limit: 1, storage_id })
    expect(answer).toMatchObject({ status: 400, body: { summary: expect.stringContaining('storage_id') } })
  })

  it('tells how each of them is', async () => {
    const health = async () => (await send(`${service.url}/health`, 'GET')).body
    await expect.poll(health).toMatchObject({
      status: 'ok',
      checks: {
        event_log: { ok: true },
        [`media_store:${FAST.id}`]: { ok: true },
        [`media_store:${TAPE.id}`]: { ok: true },
        [`media_store:${CLOUD.id}`]: { ok: true },
      },
    })
  })

  it('does not start with a list that is wrong, and names the field', async () => {
    const file = join(folder, 'wrong.yaml')
    writeFileSync(file, stringify([{ ...CLOUD, bucket: BUCKET, path_style: 'sometimes' }]))
    const starting = startService(join(folder, 'other'), { STORAGE_BACKENDS: file })
    await expect(starting).rejects.toThrow(
      `error: STORAGE_BACKENDS: ${file} is wrong:\n  backend 1, path_style`,
    )
  })

  it('does not start with URLs that are to last longer than S3 lets them', async () => {
    const starting = startService(join(folder, 'other'), {
      S3_BUCKET_NAME: BUCKET,
      S3_ENDPOINT_URL: s3.endpoint,
      MIN_OBJECT_TIMEOUT_SECONDS: '604800',
      MIN_PRESIGNED_URL_TIMEOUT_SECONDS: '604800',
    })
    await expect(starting).rejects.toThrow('MIN_PRESIGNED_URL_TIMEOUT_SECONDS: S3 takes no URL')
  })
})
