import { createHash, randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { GetUrl } from '../../../../../contracts/resources/get-url.ts'
import {
  noTotals,
  objectIdsOf,
  verifyObjects,
  withReport,
} from '../../../../../services/cli/verify/verify-flow.ts'
import type { ObjectReport } from '../../../../../services/cli/verify/verify-object.ts'
import { answerJson, type ScriptedServer, startScriptedServer } from '../../../../support/scripted-server.ts'
import { createTestClient, type TestClient } from '../../../../support/tams-client.ts'

const opened: (TestClient | ScriptedServer)[] = []
afterEach(async () => {
  for (const { close } of opened.splice(0).reverse()) await close()
})

const media = randomBytes(200_000)
const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest('base64')
const FAST = '4f79cfd1-c057-47f4-8e4d-1b126ca7bf34'
const SLOW = '0c1f6a7e-3f63-4a57-8b9a-6f1d2e3c4b5a'

type Served = {
  readonly size_bytes?: number
  readonly checksums?: unknown
  readonly get_urls: readonly GetUrl[]
}

/** A TAMS service of these objects, by id, and of these bytes, by path. */
async function serviceOf(
  objects: Readonly<Record<string, Served>>,
  bytes: Readonly<Record<string, Buffer>>,
  { isFramelog = true, headers = {} }: { isFramelog?: boolean; headers?: Record<string, string> } = {},
) {
  const server = await startScriptedServer(({ path }, response) => {
    const { pathname, searchParams } = new URL(path, 'http://x')
    if (pathname === '/flows/f') return answerJson(response, { id: 'f' })
    if (pathname === '/flows/f/segments') {
      const ids = Object.keys(objects)
      const page = Number(searchParams.get('page') ?? 0)
      const segments = [ids[page], ids[page], ids[page + 1] ?? ids[page]].map((object_id, at) => ({
        object_id,
        timerange: `[${page + at}:0_${page + at + 1}:0)`,
      }))
      const next = `</flows/f/segments?page=${page + 1}>; rel="next"`
      return answerJson(response, segments, page + 1 < ids.length ? { link: next } : {})
    }
    if (pathname.startsWith('/objects/')) {
      if (!isFramelog && searchParams.has('include_checksums')) return answerJson(response, {}, {}, 400)
      const object = objects[decodeURIComponent(pathname.slice('/objects/'.length))]
      return answerJson(response, object ?? {}, {}, object ? 200 : 404)
    }
    const found = bytes[pathname]
    if (!found) return answerJson(response, {}, {}, 404)
    response.writeHead(200, { 'content-length': found.length, ...headers }).end(found)
  })
  const client = createTestClient(server.url)
  opened.push(server, client)
  const job = { service: client.service, flowId: 'f', timerange: '_', concurrency: 2 }
  const verified = async (...ids: string[]): Promise<ObjectReport[]> => {
    const reports: ObjectReport[] = []
    for await (const report of verifyObjects(job, ids)) reports.push(report)
    return reports
  }
  return { job, verified, requests: server.requests }
}

const recorded = {
  size_bytes: media.length,
  checksums: [
    { algorithm: 'sha256', value: digest('sha256', media) },
    { algorithm: 'md5', value: digest('md5', media) },
  ],
}
const fast: GetUrl = { url: '/fast', storage_id: FAST, presigned: true }
const slow: GetUrl = { url: '/slow', storage_id: SLOW, presigned: true, label: 'slow' }

describe('verifying', () => {
  it('takes each object once, page after page', async () => {
    const get_urls = [fast]
    const { job } = await serviceOf({ a: { get_urls }, 'b/ü': { get_urls }, c: { get_urls } }, {})
    expect(await objectIdsOf(job)).toEqual(['a', 'b/ü', 'c'])
  })

  it('reads every instance that the service controls, each once', async () => {
    const plain = { url: '/plain', storage_id: FAST }
    const elsewhere = { url: '/elsewhere', label: 'web', controlled: false }
    const object = { ...recorded, get_urls: [plain, fast, slow, elsewhere] }
    const flipped = Buffer.from(media)
    flipped[100_000]! ^= 1
    const { verified, requests } = await serviceOf({ 'b/ü': object }, { '/fast': media, '/slow': flipped })
    expect(await verified('b/ü')).toEqual([
      {
        object_id: 'b/ü',
        verdict: 'checksum_differs',
        instances: [
          { storage_id: FAST, verdict: 'ok', size_bytes: media.length },
          {
            ...{ storage_id: SLOW, label: 'slow', verdict: 'checksum_differs', size_bytes: media.length },
            message: `sha256 ${digest('sha256', flipped)}, not ${digest('sha256', media)}`,
          },
        ],
      },
    ])
    expect(requests.map(({ path }) => path).filter((path) => !path.startsWith('/objects'))).toEqual([
      '/fast',
      '/slow',
    ])
  })

  it.each<[string, Partial<Served>, Record<string, Buffer>, string]>([
    ['has another size', recorded, { '/fast': media.subarray(1) }, 'size_differs'],
    [
      'has another MD5',
      { ...recorded, checksums: [{ algorithm: 'md5', value: 'x' }] },
      { '/fast': media },
      'checksum_differs',
    ],
    ['is well as far as is known', { size_bytes: media.length, checksums: [] }, { '/fast': media }, 'ok'],
    ['is gone', recorded, {}, 'unreadable'],
    ['was never recorded', {}, { '/fast': media }, 'nothing_recorded'],
    ['has no URL', { ...recorded, get_urls: [] }, {}, 'unreadable'],
    [
      'is outside of its control',
      { get_urls: [{ url: '/far', controlled: false, label: 'web' }] },
      {},
      'nothing_recorded',
    ],
  ])('says that an object %s', async (_, object, bytes, verdict) => {
    const { verified } = await serviceOf({ a: { get_urls: [fast], ...object } }, bytes)
    expect((await verified('a')).map((report) => report.verdict)).toEqual([verdict])
  })

  it('says that an object is not known any more', async () => {
    const { verified } = await serviceOf({}, {})
    expect(await verified('a')).toMatchObject([
      { verdict: 'unreadable', instances: [{ message: expect.stringContaining('no such object') }] },
    ])
  })

  it('believes what is recorded rather than what comes with the bytes', async () => {
    const headers = { 'repr-digest': `sha-256=:${digest('sha256', media)}:` }
    const object = { ...recorded, size_bytes: 5, get_urls: [fast] }
    const { verified } = await serviceOf({ a: object }, { '/fast': Buffer.from('other') }, { headers })
    expect((await verified('a'))[0]?.verdict).toBe('checksum_differs')
  })

  it('works with other services, by the digests that come with the bytes', async () => {
    const object = { get_urls: [fast] }
    const headers = { 'content-md5': digest('md5', media) }
    const options = { isFramelog: false, headers }
    const { verified, requests } = await serviceOf({ a: object, b: object }, { '/fast': media }, options)
    expect((await verified('a', 'b')).map(({ verdict }) => verdict)).toEqual([
      'nothing_recorded',
      'nothing_recorded',
    ])
    expect(requests.length).toBeLessThan(8)
    const other = await serviceOf({ a: object }, { '/fast': media.subarray(1) }, options)
    expect((await other.verified('a'))[0]).toMatchObject({ verdict: 'unreadable' })
  })

  it('adds up what it found', async () => {
    const { verified } = await serviceOf(
      { a: { ...recorded, get_urls: [fast, slow] }, b: { get_urls: [fast] } },
      { '/fast': media, '/slow': media },
    )
    const totals = (await verified('a', 'b', 'c')).reduce(withReport, noTotals)
    expect(totals).toEqual({
      ...{ objects: 3, bytes: 3 * media.length, ok: 1, nothing_recorded: 1 },
      ...{ size_differs: 0, checksum_differs: 0, unreadable: 1 },
    })
  })
})
