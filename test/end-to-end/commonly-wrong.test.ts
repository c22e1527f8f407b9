import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send, videoFlow } from '../support/tams-requests.ts'

// What services of this kind have been seen to get wrong, and other tests over HTTP do not ask about.

type Body = Record<string, unknown>

const MULTI = { format: 'urn:x-nmos:format:multi', codec: undefined, essence_parameters: undefined }

const service = serviceOfSuite()
const at = (path: string): string => service.url + path
const get = async (path: string): Promise<Body> => (await send(at(path), 'GET')).body as Body
const idsOf = async (path: string): Promise<readonly string[]> =>
  ((await send(at(path), 'GET')).body as { id: string }[]).map(({ id }) => id)
const encoded = encodeURIComponent

/** A new flow with segments at some timeranges. */
async function flowWith(timeranges: readonly string[], changes: Body = {}): Promise<string> {
  const flow = await putFlow(service.url, changes)
  const objects = await allocate(service.url, flow, timeranges.length)
  const posts = timeranges.map((timerange, i) => ({ object_id: objects[i]?.object_id, timerange }))
  expect((await send(at(`/flows/${flow}/segments`), 'POST', posts)).status).toBe(201)
  return flow
}

describe('the service', () => {
  it('lists the paths it has at the top', async () => {
    const expected = ['flow-delete-requests', 'flows', 'objects', 'service', 'sources']
    expect(((await get('/')) as unknown as string[]).toSorted()).toEqual(expected)
    for (const path of expected.filter((name) => name !== 'objects')) {
      expect((await send(at(`/${path}`), 'GET')).status, path).toBe(200)
    }
  })

  it('names itself and its limits in the form TAMS has for them', async () => {
    const { body, status } = await send(at('/service'), 'GET')
    const { type, api_version, min_object_timeout, min_presigned_url_timeout } = body as Record<
      string,
      string
    >
    const seconds = (text = '') => Number(text.split(':')[0])
    expect({ status, api_version }).toEqual({ status: 200, api_version: '8.2' })
    expect(type).toMatch(/^urn:x-tams:service/)
    expect(seconds(min_presigned_url_timeout)).toBeGreaterThanOrEqual(30)
    expect(seconds(min_object_timeout)).toBeGreaterThanOrEqual(300)
    expect(seconds(min_presigned_url_timeout)).toBeLessThanOrEqual(seconds(min_object_timeout))
  })

  it('changes its name and description only, and keeps what is not sent', async () => {
    const before = await get('/service')
    expect((await send(at('/service'), 'POST', { name: 'a', description: 'b' })).status).toBe(200)
    expect((await send(at('/service'), 'POST', { name: 'c' })).status).toBe(200)
    expect(await get('/service')).toEqual({ ...before, name: 'c', description: 'b' })
  })
})

describe('Sources', () => {
  it.each(['POST', 'PATCH'])('cannot be written by %s', async (method) => {
    const source_id = randomUUID()
    await putFlow(service.url, { source_id })
    expect((await send(at(`/sources/${source_id}`), method)).status).toBe(405)
  })

  it('start with what their first Flow says of itself', async () => {
    const source_id = randomUUID()
    const told = { label: 'Camera 1', description: 'Left', tags: { site: 'salford', crew: ['a', 'b'] } }
    await putFlow(service.url, { source_id, ...told })
    await putFlow(service.url, { source_id, label: 'another', tags: { site: 'elsewhere' } })
    expect(await get(`/sources/${source_id}`)).toMatchObject({ id: source_id, ...told })
  })

  it('go when their last Flow moves to another', async () => {
    const [from, to] = [randomUUID(), randomUUID()]
    const flow = videoFlow({ source_id: from })
    await send(at(`/flows/${flow.id}`), 'PUT', flow)
    await send(at(`/flows/${flow.id}`), 'PUT', { ...flow, source_id: to })
    expect((await send(at(`/sources/${from}`), 'GET')).status).toBe(404)
    expect(await get(`/sources/${to}`)).toMatchObject({ id: to })
  })

  it('collect each other as their Flows do', async () => {
    const [part, whole] = [randomUUID(), randomUUID()]
    const member = await putFlow(service.url, { source_id: part })
    const collection = await putFlow(service.url, {
      ...MULTI,
      source_id: whole,
      flow_collection: [{ id: member, role: 'picture' }],
    })
    expect(await get(`/sources/${whole}`)).toMatchObject({
      source_collection: [{ id: part, role: 'picture' }],
    })
    expect(await get(`/sources/${part}`)).toMatchObject({ collected_by: [whole] })

    const collected = await idsOf(`/sources?collected_by_ids=${whole}`)
    const uncollected = await idsOf('/sources?collected_by_ids=&limit=1000')
    expect(collected).toEqual([part])
    expect(uncollected).toContain(whole)
    expect(uncollected).not.toContain(part)

    await send(at(`/flows/${collection}`), 'DELETE')
    expect(await get(`/sources/${part}`)).not.toHaveProperty('collected_by')
  })

  it('have one format, that of all their Flows', async () => {
    const source_id = randomUUID()
    await putFlow(service.url, { source_id })
    const audio = videoFlow({
      source_id,
      format: 'urn:x-nmos:format:audio',
      codec: 'audio/aac',
      essence_parameters: { sample_rate: 48_000, channels: 2 },
    })
    expect((await send(at(`/flows/${audio.id}`), 'PUT', audio)).status).toBe(400)
    expect((await send(at(`/flows/${audio.id}`), 'GET')).status).toBe(404)
  })
})

describe('lists', () => {
  const mark = randomUUID()
  const marked = `tag.mark=${mark}`

  it('are newest first, or by label with those that have none at the end', async () => {
    const put = (label: string | undefined) =>
      putFlow(service.url, { ...(label !== undefined && { label }), tags: { mark } })
    const [b, none, a] = [await put('b'), await put(undefined), await put('a')]
    expect(await idsOf(`/flows?${marked}`)).toEqual([a, none, b])
    expect(await idsOf(`/flows?${marked}&reverse_order=true`)).toEqual([b, none, a])
    expect(await idsOf(`/flows?${marked}&sort_by=label`)).toEqual([a, b, none])
    expect(await idsOf(`/flows?${marked}&sort_by=label&reverse_order=true`)).toEqual([none, b, a])
  })

  it('find tags by any of several values, whole, and by whether they are there', async () => {
    const key = `k.${randomUUID()}`
    const put = (value: unknown) =>
      putFlow(service.url, { tags: { mark: key, ...(value !== null && { [key]: value }) } })
    const [x, yz, none] = [await put('x'), await put(['y', 'z']), await put(null)]
    const found = async (query: string) => new Set(await idsOf(`/flows?tag.mark=${key}&${query}`))
    expect(await found(`tag.${key}=x`)).toEqual(new Set([x]))
    expect(await found(`tag.${key}=z`)).toEqual(new Set([yz]))
    expect(await found(`tag.${key}=x,y`)).toEqual(new Set([x, yz]))
    expect(await found(`tag.${key}=x%2Cy`)).toEqual(new Set([x, yz]))
    expect(await found(`tag.${key}=y,z,w`)).toEqual(new Set([yz]))
    expect(await found(`tag.${key}=`)).toEqual(new Set())
    expect(await found(`tag_exists.${key}=true`)).toEqual(new Set([x, yz]))
    expect(await found(`tag_exists.${key}=false`)).toEqual(new Set([none]))
    expect((await send(at(`/flows?tag_exists.${key}=perhaps`), 'GET')).status).toBe(400)
  })

  it('have full pages while there is more that passes the filters', async () => {
    const wanted = randomUUID()
    const expected: string[] = []
    for (let i = 0; i < 12; i++) {
      expected.unshift(await putFlow(service.url, { tags: { wanted } }))
      for (let j = 0; j < 3; j++) await putFlow(service.url)
    }
    const pages: string[][] = []
    let next: string | undefined = at(`/flows?limit=5&tag.wanted=${wanted}`)
    while (next !== undefined) {
      const page = await send(next, 'GET')
      pages.push((page.body as { id: string }[]).map(({ id }) => id))
      next = page.headers.get('link')?.match(/<(.+)>; rel="next"/)?.[1]
    }
    expect(pages.map(({ length }) => length)).toEqual([5, 5, 2])
    expect(pages.flat()).toEqual(expected)
  })
})

describe('Flows', () => {
  it('are made with 201 and a body, and replaced with 204 and none', async () => {
    const flow = videoFlow({ label: 'a', tags: { x: 'y' } })
    const url = at(`/flows/${flow.id}`)
    expect(await send(url, 'PUT', flow)).toMatchObject({ status: 201, body: flow })
    expect(await send(url, 'PUT', { ...flow, label: 'b' })).toMatchObject({ status: 204, body: undefined })
  })

  it('lose what a replacement leaves out', async () => {
    const { label: _, tags: __, ...bare } = videoFlow({ label: 'a', tags: { x: 'y' } })
    const url = at(`/flows/${bare.id}`)
    await send(url, 'PUT', { ...bare, label: 'a', tags: { x: 'y' } })
    await send(url, 'PUT', bare)
    const after = await get(`/flows/${bare.id}`)
    expect(after).not.toHaveProperty('label')
    expect(after['tags'] ?? {}).toEqual({})
  })

  it('are what clients say of them, but for what the service keeps', async () => {
    const flow = videoFlow()
    const managed = {
      created: '1999-01-01T00:00:00Z',
      metadata_updated: '1999-01-01T00:00:00Z',
      segments_updated: '1999-01-01T00:00:00Z',
      timerange: '[0:0_1:0)',
      collected_by: [randomUUID()],
    }
    expect((await send(at(`/flows/${flow.id}`), 'PUT', { ...flow, ...managed })).status).toBe(201)
    const { created, metadata_updated, ...rest } = await get(`/flows/${flow.id}?include_timerange=true`)
    for (const time of [created, metadata_updated]) expect(String(time)).toMatch(/^20.*Z$/)
    expect(rest).toMatchObject({ timerange: '()' })
    expect(rest).not.toHaveProperty('segments_updated')
    expect(rest).not.toHaveProperty('collected_by')
  })

  it.each([
    ['a variable frame rate and a fixed one', { vfr: true, frame_rate: { numerator: 25 } }],
    ['no frame rate at all', {}],
  ])('of video are refused with %s', async (_what, changes) => {
    const essence_parameters = { frame_width: 1920, frame_height: 1080, ...changes }
    const flow = videoFlow({ essence_parameters })
    expect((await send(at(`/flows/${flow.id}`), 'PUT', flow)).status).toBe(400)
  })

  it.each([
    [{ max_bit_rate: '5000' }],
    [{ avg_bit_rate: -1 }],
    [{ avg_bit_rate: 1.5 }],
    [{ read_only: 'yes' }],
    [{ profile_id: randomUUID() }],
  ])('are refused with %j', async (changes) => {
    const flow = videoFlow(changes)
    expect((await send(at(`/flows/${flow.id}`), 'PUT', flow)).status).toBe(400)
  })

  it('of several essences may have a container or none, and keep their members as they were given', async () => {
    const [one, two] = [await putFlow(service.url), await putFlow(service.url)]
    const flow_collection = [
      { id: two, role: 'left', container_mapping: { track_index: 1 } },
      { id: one },
      { id: two, role: 'right' },
    ]
    const bare = await putFlow(service.url, { ...MULTI, container: undefined })
    const whole = await putFlow(service.url, { ...MULTI, container: 'video/mp2t', flow_collection })
    expect(await get(`/flows/${bare}`)).not.toHaveProperty('codec')
    expect(await get(`/flows/${whole}`)).toMatchObject({ container: 'video/mp2t', flow_collection })
    expect(await get(`/flows/${two}`)).toMatchObject({ collected_by: [whole] })

    expect((await send(at(`/flows/${two}`), 'DELETE')).status).toBe(204)
    expect(await get(`/flows/${whole}`)).toMatchObject({ flow_collection: [{ id: one }] })
    await send(at(`/flows/${whole}`), 'DELETE')
    expect(await get(`/flows/${one}`)).not.toHaveProperty('collected_by')
  })

  it('tell their timerange only if asked, and then of whole segments', async () => {
    const flow = await flowWith(['[0:0_10:0)', '[10:0_20:0)', '[30:0_40:0)'])
    expect(await get(`/flows/${flow}`)).not.toHaveProperty('timerange')
    const told = async (timerange: string) =>
      (await get(`/flows/${flow}?include_timerange=true&timerange=${encoded(timerange)}`))['timerange']
    expect(await told('_')).toBe('[0:0_40:0)')
    expect(await told('[5:0_12:0)')).toBe('[0:0_20:0)')
    expect(await told('[20:0_30:0)')).toBe('()')
    expect(await told('[10:0]')).toBe('[10:0_20:0)')
  })

  it('are found by what they have: nothing by the empty timerange, all by the whole', async () => {
    const mark = randomUUID()
    const full = await flowWith(['[0:0_10:0)'], { tags: { mark } })
    const empty = await putFlow(service.url, { tags: { mark } })
    const found = async (timerange: string) =>
      new Set(await idsOf(`/flows?tag.mark=${mark}&timerange=${encoded(timerange)}`))
    expect(await found('()')).toEqual(new Set([empty]))
    expect(await found('_')).toEqual(new Set([full, empty]))
    expect(await found('[9:0_20:0)')).toEqual(new Set([full]))
    expect(await found('[10:0_20:0)')).toEqual(new Set())
  })

  it('change another time with their segments, and keep the version of their metadata', async () => {
    const flow = await putFlow(service.url)
    const before = await get(`/flows/${flow}`)
    const [object] = await allocate(service.url, flow, 1)
    const segment = { object_id: object?.object_id, timerange: '[0:0_1:0)' }
    await send(at(`/flows/${flow}/segments`), 'POST', segment)
    const after = await get(`/flows/${flow}`)
    expect(after).toEqual({ ...before, segments_updated: expect.stringMatching(/Z$/) })
  })

  it('are by whom their clients say', async () => {
    const flow = videoFlow({ created_by: 'ada', updated_by: 'ada' })
    const url = at(`/flows/${flow.id}`)
    expect(await send(url, 'PUT', flow)).toMatchObject({ status: 201, body: { created_by: 'ada' } })
    expect(await get(`/flows/${flow.id}`)).toMatchObject({ created_by: 'ada', updated_by: 'ada' })
    expect((await send(url, 'PUT', { ...flow, updated_by: 'bob', label: 'b' })).status).toBe(204)
    expect(await get(`/flows/${flow.id}`)).toMatchObject({ created_by: 'ada', updated_by: 'bob' })

    // Who asks is known of nobody here, so that is nobody.
    const nobodys = await get(`/flows/${await putFlow(service.url)}`)
    for (const name of ['created_by', 'updated_by']) expect(nobodys).not.toHaveProperty(name)
  })

  it('of a profile have its bit rate until they leave it', async () => {
    const { id, source_id, ...flow_metadata } = videoFlow({ avg_bit_rate: 5000 })
    const profile_id = randomUUID()
    await send(at(`/service/profiles/${profile_id}`), 'POST', { id: profile_id, flow_metadata })
    const url = at(`/flows/${id}`)
    expect((await send(url, 'PUT', { id, source_id, profile_id })).status).toBe(201)
    expect((await send(`${url}/avg_bit_rate`, 'PUT', 6000)).status).toBe(400)
    expect((await send(`${url}/avg_bit_rate`, 'GET')).body).toBe(5000)

    await send(url, 'PUT', { id, source_id, ...flow_metadata, profile_id: '' })
    expect((await send(`${url}/avg_bit_rate`, 'PUT', 6000)).status).toBe(204)
    expect(await get(`/flows/${id}`)).toMatchObject({ ...flow_metadata, avg_bit_rate: 6000 })
    expect(await get(`/service/profiles/${profile_id}`)).toMatchObject({ flow_metadata })
  })

  it('that are read-only refuse all but being read', async () => {
    const flow = videoFlow({ read_only: false })
    const url = at(`/flows/${flow.id}`)
    await send(url, 'PUT', flow)
    const [object] = await allocate(service.url, flow.id, 1)
    await send(url, 'PUT', { ...flow, read_only: true })
    const statuses = await Promise.all([
      send(url, 'PUT', { ...flow, label: 'x' }),
      send(url, 'DELETE'),
      send(`${url}/segments`, 'POST', { object_id: object?.object_id, timerange: '[0:0_1:0)' }),
      send(`${url}/segments`, 'DELETE'),
      send(`${url}/storage`, 'POST', { limit: 1 }),
      send(url, 'GET'),
      send(`${url}/segments`, 'GET'),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 200, 200])
  })
})

describe('Flow Segments', () => {
  it.each(['GET', 'HEAD', 'DELETE', 'POST'])(
    'of what cannot be a Flow are not found by %s',
    async (method) => {
      const body = method === 'POST' ? { object_id: 'x', timerange: '[0:0_1:0)' } : undefined
      expect((await send(at('/flows/nonsense/segments'), method, body)).status).toBe(404)
    },
  )

  it('need a container, as storage does', async () => {
    const flow = await putFlow(service.url, { container: undefined })
    const segment = {
      object_id: 'x',
      timerange: '[0:0_1:0)',
      get_urls: [{ label: 'a', url: 'https://a.example' }],
    }
    expect((await send(at(`/flows/${flow}/segments`), 'POST', segment)).status).toBe(400)
    expect((await send(at(`/flows/${flow}/storage`), 'POST', { limit: 1 })).status).toBe(400)
  })

  it.each([
    ['a duration below zero', { last_duration: '-1:0' }],
    ['a URL without label', { get_urls: [{ url: 'https://a.example/x' }] }],
    [
      'two URLs of one label',
      { get_urls: [1, 2].map((i) => ({ label: 'a', url: `https://a.example/${i}` })) },
    ],
    ['a count that is text', { sample_count: '25' }],
  ])('are refused with %s, and leave no trace', async (_what, changes) => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const segment = { object_id: object?.object_id, timerange: '[0:0_1:0)' }
    const post = (body: object) => send(at(`/flows/${flow}/segments`), 'POST', body)
    expect((await post({ ...segment, ...changes })).status).toBe(400)
    expect((await send(at(`/objects/${object?.object_id}`), 'GET')).status).toBe(404)
    expect((await post(segment)).status).toBe(201)
  })

  it('may touch, and not overlap, also within one list', async () => {
    const flow = await putFlow(service.url)
    const objects = await allocate(service.url, flow, 4)
    const timeranges = ['[0:0_2:0)', '[2:0]', '[2:1_3:0)', '[1:0_2:0)']
    const posts = timeranges.map((timerange, i) => ({ object_id: objects[i]?.object_id, timerange }))
    const { status, body } = await send(at(`/flows/${flow}/segments`), 'POST', posts)
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { failed_segments: [{ object_id: objects[3]?.object_id, timerange: '[1:0_2:0)' }] },
    })
    expect(await listSegments(service.url, flow)).toHaveLength(3)
  })

  it('of one object come in the order of time', async () => {
    const flow = await putFlow(service.url)
    const [object, other] = (await allocate(service.url, flow, 2)).map(({ object_id }) => object_id)
    const url = at(`/flows/${flow}/segments`)
    await send(url, 'POST', { object_id: object, timerange: '[20:0_30:0)', ts_offset: '20:0' })
    await send(url, 'POST', { object_id: other, timerange: '[10:0_20:0)', ts_offset: '10:0' })
    await send(url, 'POST', { object_id: object, timerange: '[0:0_10:0)' })
    const timeranges = async (query: string) =>
      (await listSegments(service.url, flow, `?object_id=${object}&limit=1${query}`)).map(
        ({ timerange }) => timerange,
      )
    expect(await timeranges('')).toEqual(['[0:0_10:0)', '[20:0_30:0)'])
    expect(await timeranges('&reverse_order=true')).toEqual(['[20:0_30:0)', '[0:0_10:0)'])
  })

  it('tell by default that an object holds what its first segment used', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    const segment = { object_id: object?.object_id, timerange: '[30:0_40:0)', ts_offset: '30:0' }
    await send(at(`/flows/${flow}/segments`), 'POST', segment)
    const plain = await get(`/flows/${flow}/segments`)
    const told = await get(`/flows/${flow}/segments?include_object_timerange=true`)
    expect(plain).toMatchObject([segment])
    expect(plain).not.toMatchObject([{ object_timerange: expect.anything() }])
    expect(told).toMatchObject([{ ...segment, object_timerange: '[0:0_10:0)' }])
  })

  it('filter the URLs of init objects as those of media', async () => {
    const essence_parameters = { ...(videoFlow()['essence_parameters'] as object), init_segments: true }
    const flow = await putFlow(service.url, { container: 'video/mp4', essence_parameters })
    const [init, media] = (await allocate(service.url, flow, 2)).map(({ object_id }) => object_id)
    const segment = { object_id: media, init_object_id: init, timerange: '[0:0_1:0)' }
    expect((await send(at(`/flows/${flow}/segments`), 'POST', segment)).status).toBe(201)
    for (const query of ['accept_get_urls=', `accept_storage_ids=${randomUUID()}`]) {
      expect(await get(`/flows/${flow}/segments?${query}`), query).toMatchObject([
        { get_urls: [], init_object: { get_urls: [] } },
      ])
    }
    const [plain] = [await get(`/flows/${flow}/segments?presigned=false`)].flat()
    const urls = [{ presigned: false, url: expect.not.stringContaining('signature') }]
    expect(plain).toMatchObject({ get_urls: urls, init_object: { get_urls: urls } })
  })

  it('keep times to the nanosecond, far from now and before zero', async () => {
    const timeranges = [
      '[-5:500000001_-1:1)',
      '[0:1_0:2)',
      '[281474976710654:999999999_281474976710655:999999999)',
    ]
    const flow = await flowWith(timeranges)
    expect((await listSegments(service.url, flow)).map(({ timerange }) => timerange)).toEqual(timeranges)
  })
})
