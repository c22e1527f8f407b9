import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, send, type TamsAnswer, videoFlow } from '../support/tams-requests.ts'

type Entry = { readonly position: number; readonly type: string } & Record<string, unknown>

const service = serviceOfSuite()

/** Puts a flow, and puts it again with each of these changes; then it has a segment, loses it, and is deleted. */
async function eventfulFlow(...updates: readonly Record<string, unknown>[]) {
  const flow = videoFlow({ label: 'first', tags: { a: '1' } })
  const url = `${service.url}/flows/${flow.id}`
  await send(url, 'PUT', flow)
  const put: TamsAnswer[] = []
  for (const update of updates) put.push(await send(url, 'PUT', { ...flow, ...update }))
  const [object] = await allocate(service.url, flow.id, 1)
  await send(`${url}/segments`, 'POST', { object_id: object?.object_id, timerange: '[0:0_1:0)' })
  await send(`${url}/segments?timerange=_`, 'DELETE')
  await send(url, 'DELETE')
  return { flow, url, put }
}

async function pagesOf(first: string): Promise<Entry[][]> {
  const pages: Entry[][] = []
  for (let next: string | undefined = first; next !== undefined; ) {
    const { status, headers, body } = await send(next, 'GET')
    expect(status).toBe(200)
    pages.push(body as Entry[])
    next = headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
  }
  return pages
}

describe('the history of a flow', () => {
  it('tells who changed what and when, of a deleted flow too', async () => {
    const { flow, url, put } = await eventfulFlow({ label: 'second', tags: { 'a/b': ['2'] } })
    const { status, body } = await send(`${url}/history`, 'GET')
    const common = { position: expect.any(Number), time: expect.stringMatching(/^\d{4}-.*Z$/), by: null }
    expect(status).toBe(200)
    expect(body).toStrictEqual([
      { ...common, revision: 0, type: 'created', request_id: expect.any(String) },
      {
        ...common,
        revision: 1,
        type: 'updated',
        request_id: put[0]?.headers.get('x-request-id'),
        changes: [
          { path: '/label', before: 'first', after: 'second' },
          { path: '/tags/a', before: '1' },
          { path: '/tags/a~1b', after: ['2'] },
        ],
      },
      { ...common, revision: 2, type: 'deleted', request_id: expect.any(String) },
    ])
    expect((await send(`${service.url}/flows/${flow.id}`, 'GET')).status).toBe(404)
  })

  it('has what became of its segments, where that is asked for', async () => {
    const { url } = await eventfulFlow()
    const [entries] = await pagesOf(`${url}/history?include_segments=true`)
    const told = entries?.map(({ type, segments }) => ({ type, segments }))
    expect(told).toStrictEqual([
      { type: 'created', segments: undefined },
      { type: 'segments_added', segments: { count: 1, timerange: '[0:0_1:0)' } },
      { type: 'segments_deleted', segments: { timerange: '[0:0_1:0)' } },
      { type: 'deleted', segments: undefined },
    ])
  })

  it.each([1, 2, 5, 100])('comes in pages of %i, in either direction, each entry once', async (limit) => {
    const { url } = await eventfulFlow(...['a', 'b', 'c', 'd', 'e'].map((label) => ({ label })))
    for (const segments of ['', '&include_segments=true']) {
      const [whole = []] = await pagesOf(`${url}/history?${segments}`)
      const forward = await pagesOf(`${url}/history?limit=${limit}${segments}`)
      const backward = await pagesOf(`${url}/history?limit=${limit}&reverse_order=true${segments}`)
      expect(whole.map(({ type }) => type).filter((type) => type === 'updated')).toHaveLength(5)
      expect(forward.flat()).toStrictEqual(whole)
      expect(backward.flat()).toStrictEqual(whole.toReversed())
      expect(forward).toHaveLength(Math.ceil(whole.length / limit))
    }
  })

  it('says how long a page may be', async () => {
    const { url } = await eventfulFlow()
    const { headers } = await send(`${url}/history?limit=5000`, 'GET')
    expect(headers.get('x-paging-limit')).toBe('100')
    expect(headers.get('x-paging-count')).toBe('2')
  })

  it.each([
    ['limit=0', 400],
    ['page=AAAA', 400],
    ['include_segments=perhaps', 400],
    ['as_of=1', 400],
  ])('is refused for ?%s', async (query, status) => {
    const { url } = await eventfulFlow()
    expect(await send(`${url}/history?${query}`, 'GET')).toMatchObject({
      status,
      body: { type: 'bad_request' },
    })
  })

  it('is not that of another list, nor of a flow that never was', async () => {
    const { url } = await eventfulFlow()
    const { headers } = await send(`${url}/history?limit=1`, 'GET')
    const key = headers.get('x-paging-nextkey')
    expect((await send(`${url}/history?include_segments=true&page=${key}`, 'GET')).status).toBe(400)
    for (const revisions of [[], ['x'], [1.5], [-2], [1, 1]]) {
      const [mark] = JSON.parse(Buffer.from(key ?? '', 'base64url').toString()) as string[]
      const made = Buffer.from(JSON.stringify([mark, ...revisions])).toString('base64url')
      expect((await send(`${url}/history?page=${made}`, 'GET')).status).toBe(400)
    }
    expect((await send(`${service.url}/flows/${randomUUID()}/history`, 'GET')).status).toBe(404)
    expect((await send(`${service.url}/flows/nonsense/history`, 'GET')).status).toBe(404)
  })
})

describe('the history of a source', () => {
  it('tells which flows came and went, of one that is gone with its last too', async () => {
    const { flow } = await eventfulFlow()
    const { status, body } = await send(`${service.url}/sources/${flow['source_id']}/history`, 'GET')
    expect(status).toBe(200)
    expect((body as Entry[]).map(({ type, flow_id }) => [type, flow_id])).toStrictEqual([
      ['created', undefined],
      ['flow_attached', flow.id],
      ['flow_detached', flow.id],
      ['deleted', undefined],
    ])
    expect((await send(`${service.url}/sources/${randomUUID()}/history`, 'GET')).status).toBe(404)
  })
})
