import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { serviceOfSuite } from '../support/running-service.ts'
import { allocate, listSegments, putFlow, send } from '../support/tams-requests.ts'

describe('listing Flow Segments over HTTP', () => {
  const service = serviceOfSuite()
  let flow: string
  let segments: string
  /** Ten seconds, an instant just after them, a gap, and two seconds before zero. */
  const timeranges = ['[-2:0_0:0)', ...Array.from({ length: 10 }, (_, i) => `[${i}:0_${i + 1}:0)`), '[10:0]']

  beforeAll(async () => {
    flow = await putFlow(service.url)
    segments = `${service.url}/flows/${flow}/segments`
    const objects = await allocate(service.url, flow, timeranges.length)
    const posts = timeranges.map((timerange, i) => ({ object_id: objects[i]?.object_id, timerange }))
    expect((await send(segments, 'POST', posts)).status).toBe(201)
  })

  const listed = async (query: string) =>
    (await listSegments(service.url, flow, query)).map(({ timerange }) => timerange)

  it.each([
    ['_', timeranges],
    ['()', []],
    ['[10:0]', ['[10:0]']],
    ['[9:0_10:0)', ['[9:0_10:0)']],
    ['[9:999999999]', ['[9:0_10:0)']],
    ['(9:0_10:0]', ['[9:0_10:0)', '[10:0]']],
    ['[1:0_3:0]', ['[1:0_2:0)', '[2:0_3:0)', '[3:0_4:0)']],
    ['_0:0)', ['[-2:0_0:0)']],
    ['[-1:0_0:0]', ['[-2:0_0:0)', '[0:0_1:0)']],
    ['(10:0_', []],
    ['[8:500000000_', ['[8:0_9:0)', '[9:0_10:0)', '[10:0]']],
  ])('timerange=%s gives what overlaps it, clusivity counted', async (timerange, expected) => {
    expect(await listed(`?timerange=${encodeURIComponent(timerange)}`)).toEqual(expected)
    const backwards = await listed(`?reverse_order=true&timerange=${encodeURIComponent(timerange)}`)
    expect(backwards).toEqual([...expected].reverse())
  })

  it.each([1, 5, 12, 1000])('pages of %i hold everything once, in both directions', async (limit) => {
    expect(await listed(`?limit=${limit}`)).toEqual(timeranges)
    expect(await listed(`?limit=${limit}&reverse_order=true`)).toEqual([...timeranges].reverse())
  })

  it('says of a page what it is, and where the next one starts', async () => {
    const { headers } = await send(`${segments}?limit=2&timerange=%5B1:0_5:0)&accept_get_urls=a%2Cb`, 'GET')
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-paging-limit': '2',
      'x-paging-count': '2',
      'x-paging-reverse-order': 'false',
      'x-paging-timerange': '[1:0_3:0)',
      'x-paging-nextkey': expect.stringMatching(/^[\w-]+$/),
    })
    const next = new URL(headers.get('link')?.match(/^<(.+)>; rel="next"$/)?.[1] ?? '')
    expect(Object.fromEntries(next.searchParams)).toEqual({
      limit: '2',
      timerange: '[1:0_5:0)',
      accept_get_urls: 'a,b',
      page: headers.get('x-paging-nextkey'),
    })
  })

  it('has no next page when what is left just fits', async () => {
    const { headers } = await send(`${segments}?limit=12`, 'GET')
    expect(headers.get('link')).toBeNull()
    expect(headers.get('x-paging-nextkey')).toBeNull()
    expect(headers.get('x-paging-timerange')).toBe('[-2:0_10:0]')
  })

  it('lowers a limit that is too high, and says so', async () => {
    const { headers } = await send(`${segments}?limit=99999999999999999999`, 'GET')
    expect(headers.get('x-paging-limit')).toBe('1000')
  })

  it('gives nothing of a flow that is not there, and that is no error', async () => {
    const { status, headers, body } = await send(`${service.url}/flows/${randomUUID()}/segments`, 'GET')
    expect({ status, body, covered: headers.get('x-paging-timerange') }).toEqual({
      status: 200,
      body: [],
      covered: '()',
    })
  })

  it('answers HEAD as GET, without the body', async () => {
    const head = await fetch(`${segments}?limit=2`, { method: 'HEAD' })
    const get = await send(`${segments}?limit=2`, 'GET')
    expect(head.status).toBe(200)
    expect(await head.text()).toBe('')
    for (const name of ['x-paging-limit', 'x-paging-nextkey', 'link', 'content-length', 'content-type']) {
      expect(head.headers.get(name)).toBe(get.headers.get(name))
    }
  })

  it('tells only what was asked of where the media is', async () => {
    const first = async (query: string) => {
      const { body } = await send(`${segments}?limit=1&${query}`, 'GET')
      return (body as { get_urls: Record<string, unknown>[] }[])[0]?.get_urls
    }
    const plain = await first('')
    expect(plain).toEqual([{ url: expect.stringContaining('signature='), presigned: true, label: 'local' }])
    const [verbose] = (await first('verbose_storage=true')) ?? []
    expect(verbose).toMatchObject({ store_type: 'http_object_store', controlled: true })
    expect(await first('accept_get_urls=')).toEqual([])
    expect(await first('accept_get_urls=elsewhere')).toEqual([])
    expect(await first('accept_get_urls=elsewhere,local')).toHaveLength(1)
    expect(await first('accept_storage_ids=')).toHaveLength(1)
    expect(await first(`accept_storage_ids=${verbose?.['storage_id']}`)).toHaveLength(1)
    expect(await first(`accept_storage_ids=${randomUUID()}`)).toEqual([])
    expect(await first('presigned=false')).toEqual([
      { url: expect.not.stringContaining('?'), presigned: false, label: 'local' },
    ])
    expect(await first('presigned=true')).toHaveLength(1)
    expect(await first('storage_backend_tag.site=salford')).toEqual([])
    expect(await first('storage_backend_tag_exists.site=false')).toHaveLength(1)
  })
})

describe('what a segment says of its object', () => {
  const service = serviceOfSuite()

  it('is that of its registration, wherever the object is used', async () => {
    const first = await putFlow(service.url)
    const second = await putFlow(service.url)
    const [object] = await allocate(service.url, first, 1)
    const object_id = object?.object_id
    const post = (flow: string, body: object) => send(`${service.url}/flows/${flow}/segments`, 'POST', body)

    expect(await post(second, { object_id, timerange: '[0:0_1:0)' })).toMatchObject({
      status: 400,
      body: { type: 'object_of_other_flow' },
    })
    const registered = { object_id, timerange: '[10:0_20:0)', key_frame_count: 5 }
    expect((await post(first, registered)).status).toBe(201)
    const reused = { object_id, timerange: '[100:0_104:0)', ts_offset: '88:0', last_duration: '0:40000000' }
    expect((await post(second, reused)).status).toBe(201)
    expect(await post(second, { ...reused, timerange: '[200:0_220:0)', ts_offset: '188:0' })).toMatchObject({
      status: 400,
      body: { type: 'object_timerange_exceeded' },
    })
    expect(await post(second, { object_id, timerange: '[12:0_13:0)', key_frame_count: 6 })).toMatchObject({
      status: 400,
      body: { type: 'object_key_frame_count_differs' },
    })

    const { body } = await send(
      `${service.url}/flows/${second}/segments?include_object_timerange=true&accept_get_urls=`,
      'GET',
    )
    expect(body).toEqual([{ ...reused, key_frame_count: 5, object_timerange: '[10:0_20:0)', get_urls: [] }])
    const described = await send(`${service.url}/objects/${object_id}?accept_get_urls=`, 'GET')
    expect(described.body).toEqual({
      id: object_id,
      referenced_by_flows: [first, second].sort(),
      first_referenced_by_flow: first,
      timerange: '[10:0_20:0)',
      key_frame_count: 5,
      get_urls: [],
    })
  })

  it('includes its init object, which is never media', async () => {
    const essence_parameters = {
      frame_width: 1920,
      frame_height: 1080,
      frame_rate: { numerator: 25 },
      init_segments: true,
    }
    const flow = await putFlow(service.url, { container: 'video/mp4', essence_parameters })
    const [init, one, two] = (await allocate(service.url, flow, 3)).map(({ object_id }) => object_id)
    const post = (body: object) => send(`${service.url}/flows/${flow}/segments`, 'POST', body)

    expect(await post({ object_id: one, timerange: '[0:0_1:0)' })).toMatchObject({
      status: 400,
      body: { type: 'object_init_missing' },
    })
    const both = [
      { object_id: one, timerange: '[0:0_1:0)', init_object_id: init },
      { object_id: two, timerange: '[1:0_2:0)', init_object_id: init },
    ]
    expect((await post(both)).status).toBe(201)
    expect(await post({ object_id: init, timerange: '[2:0_3:0)' })).toMatchObject({
      status: 400,
      body: { type: 'object_is_init' },
    })

    const { body } = await send(`${service.url}/flows/${flow}/segments`, 'GET')
    expect(body).toMatchObject([
      { object_id: one, init_object: { object_id: init, get_urls: [{ label: 'local' }] } },
      { object_id: two, init_object: { object_id: init, get_urls: [{ label: 'local' }] } },
    ])
    const described = await send(`${service.url}/objects/${init}`, 'GET')
    expect(described.body).toMatchObject({ id: init, referenced_by_flows: [flow] })
    expect(described.body).not.toHaveProperty('timerange')
  })

  it('includes URLs elsewhere, told through any flow and seen through all', async () => {
    const flow = await putFlow(service.url)
    const object_id = `archive/${randomUUID()}`
    const get_urls = [{ label: 'archive', url: 'https://archive.example.com/a%20b.ts?x=1&y="' }]
    const post = (body: object) => send(`${service.url}/flows/${flow}/segments`, 'POST', body)

    expect((await post({ object_id, timerange: '[0:0_1:0)', get_urls })).status).toBe(201)
    expect(
      await post({
        object_id,
        timerange: '[5:0_6:0)',
        ts_offset: '5:0',
        get_urls: [{ label: 'local', url: 'https://x.example.com/' }],
      }),
    ).toMatchObject({
      status: 400,
      body: { type: 'label_of_storage_backend' },
    })

    expect(await listSegments(service.url, flow)).toMatchObject([{ object_id, get_urls }])
    expect(await listSegments(service.url, flow, '?presigned=true')).toMatchObject([{ get_urls: [] }])
    const described = await send(`${service.url}/objects/${encodeURIComponent(object_id)}`, 'GET')
    expect(described.body).toMatchObject({ id: object_id, get_urls })
  })

  it('is not told of an object that no segment has used yet', async () => {
    const flow = await putFlow(service.url)
    const [object] = await allocate(service.url, flow, 1)
    expect((await send(`${service.url}/objects/${object?.object_id}`, 'GET')).status).toBe(404)
  })
})

describe('deleting Flow Segments over HTTP', () => {
  const service = serviceOfSuite()

  it('takes those wholly inside the timerange, and lets their place be used again', async () => {
    const flow = await putFlow(service.url)
    const segments = `${service.url}/flows/${flow}/segments`
    const objects = (await allocate(service.url, flow, 6)).map(({ object_id }) => object_id)
    const post = (object_id: string | undefined, timerange: string) =>
      send(segments, 'POST', { object_id, timerange, ts_offset: timerange.slice(1, timerange.indexOf('_')) })
    for (let i = 0; i < 5; i++) await post(objects[i], `[${i}:0_${i + 1}:0)`)
    const left = async () => (await listSegments(service.url, flow)).map(({ timerange }) => timerange)

    const deletion = await send(
      `${segments}?timerange=${encodeURIComponent('[0:500000000_3:500000000)')}`,
      'DELETE',
    )
    expect(deletion.status).toBe(204)
    expect(await left()).toEqual(['[0:0_1:0)', '[3:0_4:0)', '[4:0_5:0)'])

    expect((await post(objects[5], '[1:0_3:0)')).status).toBe(201)
    expect((await send(`${segments}?object_id=${objects[4]}`, 'DELETE')).status).toBe(204)
    expect(await left()).toEqual(['[0:0_1:0)', '[1:0_3:0)', '[3:0_4:0)'])
    expect((await send(segments, 'DELETE')).status).toBe(204)
    expect(await left()).toEqual([])
    const flowAfter = await send(`${service.url}/flows/${flow}?include_timerange=true`, 'GET')
    expect(flowAfter.body).toMatchObject({ timerange: '()' })
  })

  it('finds its turn while producers keep adding to the same flow', async () => {
    const flow = await putFlow(service.url)
    const segments = `${service.url}/flows/${flow}/segments`
    const objects = (await allocate(service.url, flow, 5000)).map(({ object_id }) => object_id)
    let next = 0
    const post = async () => {
      const at = next++
      const { status } = await send(segments, 'POST', {
        object_id: objects[at],
        timerange: `[${at}:0_${at + 1}:0)`,
      })
      expect(status).toBe(201)
    }
    await Promise.all(Array.from({ length: 50 }, post))

    let done = false
    const producers = Array.from({ length: 16 }, async () => {
      while (!done && next < objects.length) await post()
    })
    const deletion = await send(`${segments}?timerange=${encodeURIComponent('[0:0_50:0)')}`, 'DELETE')
    done = true
    await Promise.all(producers)

    expect(deletion.status).toBe(204)
    const left = await listSegments(service.url, flow, '?limit=1000')
    expect(left).toHaveLength(next - 50)
    expect(left[0]?.timerange).toBe('[50:0_51:0)')
  })

  it('deletes a flow with more segments than one append takes, and its source with it', async () => {
    const source_id = randomUUID()
    const flow = await putFlow(service.url, { source_id })
    const objects = await allocate(service.url, flow, 600)
    const posts = objects.map(({ object_id }, i) => ({ object_id, timerange: `[${i}:0_${i + 1}:0)` }))
    expect((await send(`${service.url}/flows/${flow}/segments`, 'POST', posts)).status).toBe(201)

    expect((await send(`${service.url}/flows/${flow}`, 'DELETE')).status).toBe(204)

    expect((await send(`${service.url}/flows/${flow}`, 'GET')).status).toBe(404)
    expect((await send(`${service.url}/sources/${source_id}`, 'GET')).status).toBe(404)
    expect(await listSegments(service.url, flow)).toEqual([])
    expect(await putFlow(service.url, { id: flow, source_id })).toBe(flow)
    expect(await listSegments(service.url, flow)).toEqual([])
  })
})
