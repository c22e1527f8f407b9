import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { download, upload } from '../support/media-requests.ts'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

// What services of this kind have been seen to get wrong of media objects: see commonly-wrong.test.ts.

type Body = Record<string, unknown>

const service = serviceOfSuite()
const at = (path: string): string => service.url + path
const get = async (path: string): Promise<Body> => (await send(at(path), 'GET')).body as Body

describe('storage and objects', () => {
  it('never hand out an id twice, nor one and a count at once', async () => {
    const flow = await putFlow(service.url)
    const object_id = `clip/${randomUUID()}`
    const post = (body: object) => send(at(`/flows/${flow}/storage`), 'POST', body)
    expect((await post({ object_ids: [object_id] })).status).toBe(201)
    expect((await post({ object_ids: [object_id] })).status).toBe(400)
    expect((await post({ object_ids: [`clip/${randomUUID()}`], limit: 1 })).status).toBe(400)
    expect((await send(at(`/flows/${randomUUID()}/storage`), 'POST', { limit: 1 })).status).toBe(404)
  })

  it('is for the type of media that was asked for, or that of the Flow', async () => {
    const flow = await putFlow(service.url)
    const typeOf = async (body: object) => (await send(at(`/flows/${flow}/storage`), 'POST', body)).body
    expect(await typeOf({ limit: 1 })).toMatchObject({
      media_objects: [{ put_url: { 'content-type': 'video/mp2t' } }],
    })
    expect(await typeOf({ limit: 1, content_type: 'video/mp4' })).toMatchObject({
      media_objects: [{ put_url: { 'content-type': 'video/mp4' } }],
    })
  })

  it.each(['GET', 'HEAD'])('does not show objects that no segment has used, to %s', async (method) => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    expect((await send(at(`/objects/${object?.object_id}`), method)).status).toBe(404)
  })

  it('pages through the Flows that use an object, and filters them by tag', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const flows = [flow]
    for (let i = 0; i < 4; i++)
      flows.push(await putFlow(service.url, { tags: { parity: i % 2 ? 'odd' : 'even' } }))
    for (const id of flows) {
      const segment = { object_id: object?.object_id, timerange: '[0:0_1:0)' }
      expect((await send(at(`/flows/${id}/segments`), 'POST', segment)).status).toBe(201)
    }
    const users: string[] = []
    let next: string | undefined = at(`/objects/${object?.object_id}?limit=2`)
    while (next !== undefined) {
      const { body, headers } = await send(next, 'GET')
      users.push(...(body as { referenced_by_flows: string[] }).referenced_by_flows)
      next = headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
    }
    expect(users).toEqual([...flows].sort())
    const even = await get(`/objects/${object?.object_id}?flow_tag.parity=even`)
    const untagged = await get(`/objects/${object?.object_id}?flow_tag_exists.parity=false`)
    expect(even['referenced_by_flows']).toEqual([flows[1]!, flows[3]!].sort())
    expect(untagged['referenced_by_flows']).toEqual([flow])
  })
})

/** A new flow whose segments need an init object. */
const flowWithInit = (): Promise<string> => {
  const essence_parameters = { ...(videoFlow()['essence_parameters'] as object), init_segments: true }
  return putFlow(service.url, { container: 'video/mp4', essence_parameters })
}

describe('init objects', () => {
  it('have no timerange, and are named as each answer names objects', async () => {
    const flow = await flowWithInit()
    const [init, media] = (await allocate(service.url, flow, 2)).map(({ object_id }) => object_id)
    const segment = { object_id: media, init_object_id: init, timerange: '[0:0_1:0)' }
    expect((await send(at(`/flows/${flow}/segments`), 'POST', segment)).status).toBe(201)

    expect(await get(`/objects/${init}`)).not.toHaveProperty('timerange')
    const object = await get(`/objects/${media}`)
    expect(object).toMatchObject({ timerange: '[0:0_1:0)', init_object: { id: init } })
    expect(object['init_object']).not.toHaveProperty('object_id')
    const [listed] = (await get(`/flows/${flow}/segments`)) as unknown as [Body]
    expect(listed).toMatchObject({ object_id: media, init_object: { object_id: init } })
    expect(listed['init_object']).not.toHaveProperty('id')
  })

  it('are not copied with the media that need them', async () => {
    const [{ id: storage_id }] = (await get('/service/storage-backends')) as unknown as [Body]
    const [media, init] = [randomUUID(), randomUUID()]
    const get_urls = [{ label: 'web', url: 'https://a.test/' }]
    await send(at('/objects'), 'POST', { id: init, role: 'init', get_urls })
    await send(at('/objects'), 'POST', { id: media, timerange: '[0:0_1:0)', get_urls, init_object_id: init })

    const copy = (object: string) => send(at(`/objects/${object}/instances`), 'POST', { storage_id })
    expect((await copy(media)).status).toBe(201)
    expect(await copy(media)).toMatchObject({ status: 400, body: { type: 'instance_exists' } })
    expect((await copy(init)).status).toBe(201)
  })
})

describe('bytes', () => {
  it('stay while any Flow needs them', async () => {
    const [flow, other] = [await flowWithInit(), await flowWithInit()]
    const objects = await allocate(service.url, flow, 2)
    for (const { object_id, put_url } of objects) {
      expect(await upload(put_url, Buffer.from(object_id))).toBe(200)
    }
    const [init, media] = objects.map(({ object_id }) => object_id)
    const segment = { object_id: media, init_object_id: init, timerange: '[0:0_1:0)' }
    for (const id of [flow, other]) {
      expect((await send(at(`/flows/${id}/segments`), 'POST', segment)).status).toBe(201)
    }
    expect((await send(at(`/flows/${flow}`), 'DELETE')).status).toBe(204)

    for (const id of [init, media]) {
      const { get_urls } = (await get(`/objects/${id}`)) as { get_urls: { url: string }[] }
      expect((await download(get_urls[0]!.url)).bytes.toString()).toBe(id)
    }
    expect(await get(`/objects/${media}`)).toMatchObject({ referenced_by_flows: [other] })
    expect(await listSegments(service.url, other)).toHaveLength(1)
  })
})
