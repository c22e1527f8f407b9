import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { upload } from '../support/media-requests.ts'
import { runCli } from '../support/run-cli.ts'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { type AllocatedObject, allocate, putFlow, send } from '../support/tams-requests.ts'

const folder = temporaryFolder()
let service: RunningService
beforeAll(async () => {
  service = await startService(folder)
})
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const factsOf = (bytes: Buffer) => ({
  size_bytes: bytes.length,
  checksums: [{ algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('base64') }],
})

const objectAt = async (id: string, query = '?include_checksums=true') => {
  const { status, body } = await send(`${service.url}/objects/${id}${query}`, 'GET')
  return { status, body: body as Record<string, unknown> }
}

const factsAt = async (id: string, query?: string) => {
  const { size_bytes, checksums } = (await objectAt(id, query)).body
  return { size_bytes, checksums }
}

const nothing = { size_bytes: undefined, checksums: undefined }

const register = (flow: string, objects: readonly AllocatedObject[], more: object = {}) => {
  const segments = objects.map(({ object_id }, at) => ({
    object_id,
    timerange: `[${at}:0_${at + 1}:0)`,
    ...more,
  }))
  return send(`${service.url}/flows/${flow}/segments`, 'POST', segments)
}

/** A flow of segments with their media. */
async function flowWithMedia(count: number) {
  const flow = await putFlow(service.url)
  const objects = await allocate(service.url, flow, count)
  const media = objects.map((_, index) => randomBytes(10_000 + index))
  for (const [index, { put_url }] of objects.entries()) {
    expect(await upload(put_url, media[index]!)).toBe(200)
  }
  expect((await register(flow, objects)).status).toBe(201)
  return { flow, media, ids: objects.map(({ object_id }) => object_id) }
}

/** Where the bytes are on disk: their SHA-256 is the file's name. */
function fileOf(bytes: Buffer): string {
  const name = createHash('sha256').update(bytes).digest('hex')
  const root = join(folder, 'media')
  const path = readdirSync(root, { recursive: true, encoding: 'utf8' }).find((each) => each.endsWith(name))
  if (path === undefined) throw new Error('it is stored')
  return join(root, path)
}

describe('the size and checksum of an object', () => {
  it('are those of what was uploaded, and shown to who asks for them', async () => {
    const { ids, media } = await flowWithMedia(2)
    expect(await factsAt(ids[0]!)).toEqual(factsOf(media[0]!))
    expect(await factsAt(ids[1]!)).toEqual(factsOf(media[1]!))
    expect(await factsAt(ids[0]!, '')).toEqual(nothing)
    expect((await objectAt(ids[0]!, '?include_checksums=yes')).status).toBe(400)
  })

  it('are there for media that comes with its segment', async () => {
    const flow = await putFlow(service.url)
    const form = new FormData()
    form.append('segment', JSON.stringify({ timerange: '[0:0_1:0)' }))
    form.append('file', new Blob(['media'], { type: 'video/mp2t' }))
    const response = await fetch(`${service.url}/flows/${flow}/segments`, { method: 'POST', body: form })
    const { object_id } = (await response.json()) as { object_id: string }
    expect(await factsAt(object_id)).toEqual(factsOf(Buffer.from('media')))
  })

  it('are found out where a restart came between upload and registration', async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 1)
    const media = randomBytes(5_000)
    expect(await upload(objects[0]!.put_url, media)).toBe(200)
    await service.kill()
    service = await startService(folder)
    const registered = await register(flow, objects)
    expect(registered.status).toBe(201)
    const { object_id } = objects[0]!
    await expect.poll(() => factsAt(object_id)).toEqual(factsOf(media))

    const then = registered.headers.get('framelog-position')
    expect(await factsAt(object_id, `?include_checksums=true&as_of=${then}`)).toEqual(nothing)
    const { headers } = await send(`${service.url}/service`, 'POST', { name: 'later' })
    const now = headers.get('framelog-position')
    expect(await factsAt(object_id, `?include_checksums=true&as_of=${now}`)).toEqual(factsOf(media))
  })

  it('are none where nothing was uploaded, which is counted', async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 1)
    await register(flow, objects)
    const counted = async () => (await fetch(`${service.url}/metrics`)).text()
    await expect.poll(counted).toContain('framelog_measured_objects_total{outcome="absent"} 1')
    expect(await factsAt(objects[0]!.object_id)).toEqual(nothing)
  })
})

describe('framelog verify', () => {
  const verify = (flow: string, ...flags: string[]) =>
    runCli(['verify', flow, '--url', service.url, ...flags])

  it('finds whole media to be well', async () => {
    const { flow, ids } = await flowWithMedia(3)
    const { code, stdout } = await verify(flow, '--strict')
    const lines = ids.map((id) => `ok                ${id}`)
    expect([code, stdout.trim().split('\n')]).toEqual([0, [...lines, '3 objects (0.0 MB), 3 ok']])
    const part = await verify(flow, '--timerange', '[1:0_2:0)', '--json')
    expect(
      part.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        object_id: ids[1],
        verdict: 'ok',
        instances: [
          { storage_id: expect.any(String), label: expect.any(String), verdict: 'ok', size_bytes: 10_001 },
        ],
      },
      {
        ...{ objects: 1, bytes: 10_001, ok: 1, nothing_recorded: 0 },
        ...{ size_differs: 0, checksum_differs: 0, unreadable: 0 },
      },
    ])
  })

  it('names objects that are damaged, short or gone, and ends with 1', async () => {
    const { flow, media, ids } = await flowWithMedia(4)
    const [flipped, short, gone] = media.map((bytes) => ({ bytes, path: fileOf(bytes) }))
    flipped!.bytes[5_000]! ^= 1
    writeFileSync(flipped!.path, flipped!.bytes)
    writeFileSync(short!.path, short!.bytes.subarray(0, 5_000))
    rmSync(gone!.path)
    const { code, stdout, stderr } = await verify(flow, '--concurrency', '2')
    expect(code).toBe(1)
    expect(stderr).toBe('error: 3 of 4 objects are not as they have to be\n')
    const told = stdout.trim().split('\n')
    expect(told[0]).toMatch(`checksum differs  ${ids[0]} in `)
    expect(told[1]).toMatch(`unreadable        ${ids[1]} in `)
    expect(told[2]).toMatch(`unreadable        ${ids[2]} in `)
    expect(told[3]).toBe(`ok                ${ids[3]}`)
    expect(told[4]).toMatch(/^4 objects \(.*\), 1 ok, 1 checksum differs, 2 unreadable$/)
  })

  it('reads init objects too, each once', async () => {
    const flow = await putFlow(service.url, {
      container: 'video/mp4',
      essence_parameters: {
        ...{ frame_width: 1920, frame_height: 1080, frame_rate: { numerator: 25 } },
        init_segments: true,
      },
    })
    const objects = await allocate(service.url, flow, 3)
    for (const { put_url } of objects) expect(await upload(put_url, randomBytes(100))).toBe(200)
    const [init, ...media] = objects
    expect((await register(flow, media, { init_object_id: init!.object_id })).status).toBe(201)
    const { stdout, stderr } = await verify(flow, '--strict')
    expect([stderr, stdout.trim().split('\n').slice(0, -1)]).toEqual([
      '',
      objects.map(({ object_id }) => `ok                ${object_id}`),
    ])
  })

  it('says that there is no such flow', async () => {
    const { code, stderr } = await verify('4f79cfd1-c057-47f4-8e4d-1b126ca7bf34')
    expect([code, stderr]).toEqual([1, 'error: there is no Flow 4f79cfd1-c057-47f4-8e4d-1b126ca7bf34\n'])
  })
})
