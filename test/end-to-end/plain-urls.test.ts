import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { type AllocatedObject, allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

type PlainObject = AllocatedObject & { readonly presigned: boolean }

const put = (url: string, body: string, type = 'video/mp2t') =>
  fetch(url, { method: 'PUT', headers: { 'content-type': type }, body })

describe('plain URLs', () => {
  const service = serviceOfSuite()

  async function allocatePlain(flow: string, more: object = {}): Promise<PlainObject> {
    const body = { limit: 1, presigned: false, ...more }
    const answer = await send(`${service.url}/flows/${flow}/storage`, 'POST', body)
    expect(answer.status).toBe(201)
    return (answer.body as { media_objects: PlainObject[] }).media_objects[0]!
  }

  it('take uploads that were asked for so, and give the media to those who ask for them', async () => {
    const flow = await putFlow(service.url)
    const { object_id, put_url, presigned } = await allocatePlain(flow)
    expect(presigned).toBe(false)
    expect(put_url).toEqual({
      url: expect.stringMatching(/\/media\/\d{4}\/\d\d\/\d\d\/[0-9a-f]{32}$/),
      'content-type': 'video/mp2t',
    })

    expect((await put(put_url.url, 'media')).status).toBe(200)
    await send(`${service.url}/flows/${flow}/segments`, 'POST', { object_id, timerange: '[0:0_1:0)' })

    const urls = async (query: string) => (await listSegments(service.url, flow, query))[0]?.get_urls
    const plain = [{ url: put_url.url, presigned: false, label: 'local' }]
    const signed = [{ url: expect.stringContaining('signature='), presigned: true, label: 'local' }]
    expect(await urls('?presigned=false')).toEqual(plain)
    expect(await urls('?presigned=true')).toEqual(signed)
    expect(await urls('')).toEqual(signed)
    const object = `${service.url}/objects/${object_id}`
    expect((await send(`${object}?presigned=false`, 'GET')).body).toMatchObject({ get_urls: plain })
    const media = await fetch(put_url.url)
    expect([media.status, await media.text()]).toEqual([200, 'media'])
    const part = await fetch(put_url.url, { headers: { range: 'bytes=1-2' } })
    expect([part.status, await part.text()]).toEqual([206, 'ed'])
  })

  it('list beside them what is kept elsewhere, unless only presigned ones are wanted', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const elsewhere = { url: 'https://a.test/', label: 'web' }
    const segment = { object_id: object!.object_id, timerange: '[0:0_1:0)', get_urls: [elsewhere] }
    await send(`${service.url}/flows/${flow}/segments`, 'POST', segment)
    const labels = async (query: string) =>
      (await listSegments(service.url, flow, query))[0]?.get_urls.map(
        (url) => (url as { label?: string }).label,
      )
    expect(await labels('?presigned=false')).toEqual(['local', 'web'])
    expect(await labels('')).toEqual(['local', 'web'])
    expect(await labels('?presigned=true')).toEqual(['local'])
  })

  it('take an object once, of the content type it was allocated with', async () => {
    const flow = await putFlow(service.url)
    const { put_url } = await allocatePlain(flow, { content_type: 'video/mp4' })
    expect(put_url['content-type']).toBe('video/mp4')
    expect((await put(put_url.url, 'media', 'text/html')).status).toBe(403)
    expect((await put(put_url.url, 'media', 'Video/MP4')).status).toBe(200)
    expect((await put(put_url.url, 'media', 'video/mp4')).status).toBe(200)
    expect((await put(put_url.url, 'other', 'video/mp4')).status).toBe(409)
  })

  it('take nothing that was not allocated for them, or was deleted since', async () => {
    const flow = await putFlow(service.url)
    const [signed] = await allocate(service.url, flow, 1)
    const [unsigned] = signed!.put_url.url.split('?')
    expect((await put(unsigned!, 'media')).status).toBe(403)
    const made = `${service.url}/media/2026/11/21/${randomUUID().replaceAll('-', '')}`
    expect((await put(made, 'media')).status).toBe(403)
    expect((await fetch(made)).status).toBe(404)
    const { object_id, put_url } = await allocatePlain(flow)
    expect((await send(`${service.url}/objects/${object_id}`, 'DELETE')).status).toBe(204)
    expect((await put(put_url.url, 'media')).status).toBe(403)
  })
})
