import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningService, startService, temporaryFolder } from '../support/running-service.ts'
import { type ListedSegment, listSegments, putFlow, send } from '../support/tams-requests.ts'

const folder = temporaryFolder()
let service: RunningService
beforeAll(async () => {
  service = await startService(folder, { MAX_OBJECT_BYTES: '3000000' })
})
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true, force: true })
})

const segmentsOf = (flow: string): string => `${service.url}/flows/${flow}/segments`

async function post(flow: string, form: FormData) {
  const response = await fetch(segmentsOf(flow), { method: 'POST', body: form })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** A form of these parts, in this order. */
function formOf(...parts: readonly (readonly [name: string, value: string | Blob])[]): FormData {
  const form = new FormData()
  for (const [name, value] of parts) form.append(name, value)
  return form
}

const media = (text = 'media', type = 'video/mp2t') => new Blob([text], { type })
const upload = (segment: object, file = media()) =>
  formOf(['segment', JSON.stringify(segment)], ['file', file])

/** What is left of uploads: objects that are stored, and uploads under way. */
const storedObjects = (): number =>
  readdirSync(join(folder, 'media'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /metadata\.json$|incoming$/.test(path),
  ).length

/** Runs what must leave nothing behind. */
async function leavingNothing<T>(flow: string, use: () => Promise<T>): Promise<T> {
  const before = { stored: storedObjects(), listed: await listSegments(service.url, flow) }
  const result = await use()
  await expect.poll(storedObjects).toBe(before.stored)
  const labels = (segments: readonly ListedSegment[]) => segments.map(({ object_id }) => object_id)
  expect(labels(await listSegments(service.url, flow))).toEqual(labels(before.listed))
  return result
}

describe('a Flow Segment that comes with its media', () => {
  it('is registered as it is listed, and its media can be read', async () => {
    const flow = await putFlow(service.url)
    const segment = { timerange: '[0:0_1:0)', ts_offset: '0:5', key_frame_count: 1 }

    const { status, body } = await post(flow, upload(segment, media('media', 'text/plain')))

    expect(status).toBe(201)
    expect(body).toMatchObject({ ...segment, object_id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect([body]).toEqual(await listSegments(service.url, flow))
    const read = await fetch(body.get_urls[0].url)
    expect([read.headers.get('content-type'), await read.text()]).toEqual(['video/mp2t', 'media'])
  })

  it('may name its object, once', async () => {
    const flow = await putFlow(service.url)
    const object_id = `tape/${randomUUID()}`
    expect(await post(flow, upload({ object_id, timerange: '[0:0_1:0)' }))).toMatchObject({
      status: 201,
      body: { object_id },
    })
    const again = () => post(flow, upload({ object_id, timerange: '[1:0_2:0)' }))
    expect(await leavingNothing(flow, again)).toMatchObject({ status: 400, body: { type: 'object_exists' } })
    expect((await send(`${service.url}/objects/${encodeURIComponent(object_id)}`, 'GET')).status).toBe(200)
  })

  it('may be megabytes, byte for byte', async () => {
    const flow = await putFlow(service.url)
    const text = 'framelog '.repeat(300_000)
    const { body } = await post(flow, upload({ timerange: '[0:0_1:0)' }, media(text)))
    expect((await (await fetch(body.get_urls[0].url)).text()) === text).toBe(true)
  })

  it.each([
    ['overlaps another', { timerange: '[0:5_1:0)' }],
    ['says more of its object than it has', { timerange: '[2:0_3:0)', object_timerange: '[2:0_2:5)' }],
    ['needs no init object, and has one', { timerange: '[2:0_3:0)', init_object_id: 'none' }],
    [
      'has a label of a backend',
      { timerange: '[2:0_3:0)', get_urls: [{ url: 'https://a/', label: 'local' }] },
    ],
  ])('is refused with its media where it %s', async (_, segment) => {
    const flow = await putFlow(service.url)
    await post(flow, upload({ timerange: '[0:0_1:0)' }))
    const { status, body } = await leavingNothing(flow, () => post(flow, upload(segment)))
    expect(status).toBe(400)
    expect(body.summary).toEqual(expect.any(String))
  })

  it.each([
    ['the file first', () => formOf(['file', media()], ['segment', '{"timerange":"[0:0_1:0)"}'])],
    ['no file', () => formOf(['segment', '{"timerange":"[0:0_1:0)"}'])],
    ['no segment', () => formOf(['file', media()])],
    ['nothing', () => formOf()],
    ['another part', () => formOf(['meta', '{}'], ['segment', '{}'], ['file', media()])],
    ['a part too many', () => formOf(...upload({ timerange: '[0:0_1:0)' }).entries(), ['more', 'x'])],
    ['two files', () => formOf(...upload({ timerange: '[0:0_1:0)' }).entries(), ['file', media()])],
    ['two segments', () => formOf(['segment', '{}'], ['segment', '{}'], ['file', media()])],
    ['a segment that is no JSON', () => formOf(['segment', '{'], ['file', media()])],
    ['a segment that is none', () => upload({ timerange: 'yesterday' })],
    [
      'two of a checksum',
      () => formOf(['content-md5', ''], ['content-md5', ''], ['segment', '{}'], ['file', media()]),
    ],
    [
      'a checksum after the file',
      () => formOf(...upload({ timerange: '[0:0_1:0)' }).entries(), ['content-md5', '']),
    ],
    ['a list of segments', () => upload([{ timerange: '[0:0_1:0)' }])],
  ])('is refused as a form with %s', async (_, form) => {
    const flow = await putFlow(service.url)
    const { status, body } = await leavingNothing(flow, () => post(flow, form()))
    expect(status).toBe(400)
    expect(body.summary).toEqual(expect.any(String))
  })

  it('is what its checksums say, or is refused', async () => {
    const flow = await putFlow(service.url)
    const digest = (algorithm: string, text = 'media') => createHash(algorithm).update(text).digest('base64')
    const announced = (name: string, checksum: string, at = 0) =>
      post(
        flow,
        formOf([name, checksum], ['segment', `{"timerange":"[${at}:0_${at + 1}:0)"}`], ['file', media()]),
      )
    expect((await announced('content-md5', digest('md5'))).status).toBe(201)
    expect((await announced('x-amz-checksum-sha256', digest('sha256'), 1)).status).toBe(201)
    for (const [name, wrong] of [
      ['content-md5', digest('md5', 'other')],
      ['x-amz-checksum-sha256', digest('sha256', 'other')],
      ['content-md5', 'nonsense'],
    ] as const) {
      const { status, body } = await leavingNothing(flow, () => announced(name, wrong, 2))
      expect([status, body.summary]).toEqual([400, expect.any(String)])
    }
  })

  it('is refused where it is too large', async () => {
    const flow = await putFlow(service.url)
    const large = upload({ timerange: '[0:0_1:0)' }, media('x'.repeat(3_000_001)))
    expect((await leavingNothing(flow, () => post(flow, large))).status).toBe(413)
    const long = formOf(['segment', `"${'x'.repeat(1024 * 1024)}"`], ['file', media()])
    expect((await leavingNothing(flow, () => post(flow, long))).status).toBe(413)
  })

  it('is refused where the flow is not there, is read-only, or takes no media', async () => {
    const bare = await putFlow(service.url, { container: undefined })
    const locked = await putFlow(service.url, { read_only: true })
    const status = async (flow: string) => (await post(flow, upload({ timerange: '[0:0_1:0)' }))).status
    expect(await status(randomUUID())).toBe(404)
    expect(await status('nonsense')).toBe(404)
    expect(await status(locked)).toBe(403)
    expect(await status(bare)).toBe(400)
  })

  it.each([
    ['without a boundary', 'multipart/form-data', ''],
    ['that ends too soon', 'multipart/form-data; boundary=b', segmentPart('b') + filePart('b')],
    ['that is none', 'multipart/form-data; boundary=b', 'hello'],
  ])('is refused as a form %s', async (_, type, body) => {
    const flow = await putFlow(service.url)
    const refused = () => fetch(segmentsOf(flow), { method: 'POST', headers: { 'content-type': type }, body })
    expect((await leavingNothing(flow, refused)).status).toBe(400)
  })

  it('leaves nothing where its sender hangs up', async () => {
    const flow = await putFlow(service.url)
    await leavingNothing(flow, async () => {
      const before = storedObjects()
      const { hostname, port } = new URL(service.url)
      const socket = connect(Number(port), hostname)
      const part = segmentPart('b') + filePart('b') + 'x'.repeat(200_000)
      socket.write(
        `POST /flows/${flow}/segments HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n` +
          `Content-Type: multipart/form-data; boundary=b\r\n\r\n${part}`,
      )
      await expect.poll(storedObjects).toBe(before + 1)
      socket.destroy()
    })
  })
})

function segmentPart(boundary: string): string {
  const head = 'Content-Disposition: form-data; name="segment"\r\nContent-Type: application/json'
  return `--${boundary}\r\n${head}\r\n\r\n{"timerange":"[0:0_1:0)"}\r\n`
}

function filePart(boundary: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.ts"\r\n\r\nmedia`
}
