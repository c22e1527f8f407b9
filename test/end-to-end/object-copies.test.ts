import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { download, upload } from '../support/media-requests.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import type { RunningS3 } from '../support/s3/running-s3.ts'
import { BUCKET } from '../support/s3/s3-store.ts'
import { startSmallS3 } from '../support/s3/small-s3.ts'
import { type Script, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts'
import { allocate, putFlow, send } from '../support/tams-requests.ts'

const DISK = '11111111-1111-4111-8111-111111111111'
const SHELF = '22222222-2222-4222-8222-222222222222'
const CLOUD = '33333333-3333-4333-8333-333333333333'
const PATIENCE = { timeout: 60_000, interval: 20 }

type Url = { readonly label: string; readonly url: string }

const urlsOf = async (url: string, object_id: string): Promise<readonly Url[]> => {
  const { body } = await send(`${url}/objects/${object_id}`, 'GET')
  return (body as { get_urls: readonly Url[] }).get_urls
}
const labelsOf = async (url: string, object_id: string) =>
  (await urlsOf(url, object_id)).map(({ label }) => label).sort()

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

/** Every file of a folder, whatever it is called. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  )

const metricsOf = async (url: string) => (await fetch(`${url}/metrics`)).text()

async function metric(url: string, name: string): Promise<number> {
  const text = await metricsOf(url)
  return Number(text.match(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'm'))?.[1] ?? 0)
}

async function request(url: string, object_id: string, storage_id: string): Promise<number> {
  return (await send(`${url}/objects/${object_id}/instances`, 'POST', { storage_id })).status
}
const remove = async (url: string, object_id: string, storage_id: string): Promise<number> =>
  (await send(`${url}/objects/${object_id}/instances?storage_id=${storage_id}`, 'DELETE')).status

/** An object in use, with its media. */
async function uploaded(url: string, bytes: Buffer): Promise<string> {
  const flow = await putFlow(url)
  const [object] = await allocate(url, flow, 1)
  const { object_id, put_url } = object!
  expect(await upload(put_url, bytes)).toBe(200)
  const segment = { object_id, timerange: '[0:0_1:0)' }
  expect((await send(`${url}/flows/${flow}/segments`, 'POST', segment)).status).toBe(201)
  return object_id
}

/** An object that is only at a URL. */
async function elsewhere(url: string, at: URL): Promise<string> {
  const id = randomUUID()
  const body = { id, timerange: '[0:0_1:0)', get_urls: [{ label: 'web', url: at.href }] }
  expect((await send(`${url}/objects`, 'POST', body)).status).toBe(201)
  return id
}

describe('copies of objects', () => {
  let folder: string
  let s3: RunningS3
  let service: RunningService
  let web: ScriptedServer
  let script: Script
  let start: (environment?: Record<string, string>) => Promise<RunningService>
  beforeAll(async () => {
    folder = temporaryFolder()
    s3 = await startSmallS3({ buckets: [BUCKET] })
    const { endpoint, region, credentials } = s3
    const file = join(folder, 'backends.yaml')
    writeFileSync(
      file,
      stringify([
        { type: 'filesystem', id: DISK, label: 'disk', directory: 'disk', default: true },
        { type: 'filesystem', id: SHELF, label: 'shelf', directory: 'shelf' },
        {
          type: 's3',
          id: CLOUD,
          label: 'cloud',
          bucket: BUCKET,
          endpoint,
          region,
          access_key_id_env: 'CLOUD_KEY',
          secret_access_key_env: 'CLOUD_SECRET',
        },
      ]),
    )
    start = (environment = {}) =>
      startService(join(folder, 'data'), {
        STORAGE_BACKENDS: file,
        CLOUD_KEY: credentials.accessKeyId,
        CLOUD_SECRET: credentials.secretAccessKey,
        ...environment,
      })
    service = await start()
  })
  beforeEach(async () => {
    web = await startScriptedServer((...request) => script(...request))
  })
  afterEach(() => web.close())
  afterAll(async () => {
    await service.stop()
    await s3.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  /** How many files there are, once all that are to go are gone. */
  const filesOnShelf = async (): Promise<number> => {
    const pending = async () => (await metricsOf(service.url)).match(/^framelog_purges_pending{.*} [1-9]/gm)
    await expect.poll(pending, PATIENCE).toBeNull()
    return filesIn(join(folder, 'shelf')).length
  }
  const serveBytes =
    (bytes: Buffer, type = 'video/x-test'): Script =>
    (_, response) =>
      response.writeHead(200, { 'content-type': type, 'content-length': bytes.length }).end(bytes)

  it('are listed once they are complete, with the same bytes', async () => {
    const bytes = randomBytes(300_000)
    const id = await uploaded(service.url, bytes)
    const before = await metric(service.url, 'framelog_copied_bytes_total')
    for (const storage of [SHELF, CLOUD]) expect(await request(service.url, id, storage)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['cloud', 'disk', 'shelf'])

    for (const { url } of await urlsOf(service.url, id)) {
      expect(sha256((await download(url)).bytes)).toBe(sha256(bytes))
    }
    const copied = () => metric(service.url, 'framelog_copied_bytes_total')
    await expect.poll(copied, PATIENCE).toBe(before + 600_000)
    await expect.poll(() => metric(service.url, 'framelog_copies_open'), PATIENCE).toBe(0)

    expect(await remove(service.url, id, DISK)).toBe(204)
    expect(await remove(service.url, id, SHELF)).toBe(204)
    expect(await remove(service.url, id, CLOUD)).toBe(400)
    expect(await request(service.url, id, DISK)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['cloud', 'disk'])
    const back = (await urlsOf(service.url, id)).find(({ label }) => label === 'disk')
    expect(sha256((await download(back!.url)).bytes)).toBe(sha256(bytes))
  })

  it('are made of what is only at a URL', async () => {
    const bytes = randomBytes(200_000)
    script = (received, response, count) => {
      if (received.path === '/moved') return serveBytes(bytes)(received, response, count)
      response.writeHead(302, { location: '/moved' }).end()
    }
    const id = await elsewhere(service.url, web.url)
    for (const storage of [SHELF, CLOUD]) expect(await request(service.url, id, storage)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['cloud', 'shelf', 'web'])
    for (const { label, url } of await urlsOf(service.url, id)) {
      if (label === 'web') continue
      const answer = await fetch(url)
      expect(answer.headers.get('content-type')).toBe('video/x-test')
      expect(sha256(Buffer.from(await answer.arrayBuffer()))).toBe(sha256(bytes))
    }
  })

  it('fail where nothing is to be had, leave nothing, and can be asked for again', async () => {
    script = (_, response) => response.writeHead(404).end()
    const files = await filesOnShelf()
    const id = await elsewhere(service.url, web.url)
    const before = await metric(service.url, 'framelog_copies_failed_total')
    expect(await request(service.url, id, SHELF)).toBe(201)
    expect(await request(service.url, id, SHELF)).toBe(400)
    const failed = () => metric(service.url, 'framelog_copies_failed_total')
    await expect.poll(failed, PATIENCE).toBe(before + 1)
    await expect.poll(service.log, PATIENCE).toMatch(/a copy was given up/)
    expect(await labelsOf(service.url, id)).toEqual(['web'])
    expect(filesIn(join(folder, 'shelf'))).toHaveLength(files)

    const bytes = randomBytes(1000)
    script = serveBytes(bytes)
    expect(await request(service.url, id, SHELF)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['shelf', 'web'])
  })

  it('that are taken back while they are under way leave no bytes', async () => {
    const files = await filesOnShelf()
    let answering: ServerResponse | undefined
    script = (_, response) => {
      response.writeHead(200, { 'content-length': 2_000_000 }).write(randomBytes(1_000_000))
      answering = response
    }
    const id = await elsewhere(service.url, web.url)
    expect(await request(service.url, id, SHELF)).toBe(201)
    await expect.poll(() => filesIn(join(folder, 'shelf')).length, PATIENCE).toBe(files + 1)

    expect(await remove(service.url, id, SHELF)).toBe(204)
    await expect.poll(() => answering?.destroyed, PATIENCE).toBe(true)
    await expect.poll(() => filesIn(join(folder, 'shelf')).length, PATIENCE).toBe(files)
    expect(await labelsOf(service.url, id)).toEqual(['web'])
  })

  it('go on after a kill, and end complete', async () => {
    const bytes = randomBytes(3_000_000)
    let sent = 0
    script = (_, response, count) => {
      response.writeHead(200, { 'content-length': bytes.length })
      if (count > 1) return void response.end(bytes)
      sent += 1
      response.write(bytes.subarray(0, 2_000_000))
    }
    const id = await elsewhere(service.url, web.url)
    for (const storage of [SHELF, CLOUD]) expect(await request(service.url, id, storage)).toBe(201)
    await expect.poll(() => sent, PATIENCE).toBe(2)
    await service.kill()

    service = await start()
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['cloud', 'shelf', 'web'])
    for (const { label, url } of await urlsOf(service.url, id)) {
      if (label !== 'web') expect(sha256((await download(url)).bytes)).toBe(sha256(bytes))
    }
  })

  it('end with the service, and go on with it', async () => {
    script = (_, response) => void response.writeHead(200, { 'content-length': 2_000_000 }).write('x')
    const id = await elsewhere(service.url, web.url)
    expect(await request(service.url, id, SHELF)).toBe(201)
    await expect.poll(() => web.requests.length, PATIENCE).toBe(1)
    expect(await service.stop()).toBe(0)

    const bytes = randomBytes(1000)
    script = serveBytes(bytes)
    service = await start()
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['shelf', 'web'])
  })

  it('wait for a source that is down', async () => {
    const bytes = randomBytes(1000)
    script = (received, response, count) =>
      count < 2 ? void response.writeHead(503).end() : serveBytes(bytes)(received, response, count)
    const id = await elsewhere(service.url, web.url)
    expect(await request(service.url, id, SHELF)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['shelf', 'web'])
  })

  it('are not fetched from this machine by a service that others reach', async () => {
    await service.stop()
    service = await start({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED: 'true' })
    script = serveBytes(randomBytes(1000))
    const id = await elsewhere(service.url, web.url)
    const before = await metric(service.url, 'framelog_copies_failed_total')
    expect(await request(service.url, id, SHELF)).toBe(201)
    const failed = () => metric(service.url, 'framelog_copies_failed_total')
    await expect.poll(failed, PATIENCE).toBe(before + 1)
    expect(web.requests).toEqual([])
    await expect.poll(service.log, PATIENCE).toContain('address_not_allowed')

    await service.stop()
    const environment = { ALLOW_UNAUTHENTICATED: 'true', OUTBOUND_ALLOWED_NETWORKS: '127.0.0.0/8' }
    service = await start({ HOST: '0.0.0.0', ...environment })
    expect(await request(service.url, id, SHELF)).toBe(201)
    await expect.poll(() => labelsOf(service.url, id), PATIENCE).toEqual(['shelf', 'web'])
  })
})
